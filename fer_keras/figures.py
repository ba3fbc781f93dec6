"""Figures of what a model learned (curves, confusion, reliability, mistakes), and as files."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from fer_keras.evaluation.human_uncertainty import Floats, HumanComparison, entropy
from fer_keras.evaluation.scores import confidence_bins, expected_calibration_error
from fer_keras.files import write_bytes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from fer_keras.evaluation.judging import Judged

DPI = 120

MOST_NUMBERED = 20
"""Classes up to which a cell has room for its number."""

LONGEST_NAME = 18

COLUMNS = 8
SIDE = 1.15
"""Inches of a face."""

CAPTION = 0.42


def draw_curves(histories: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw loss and both accuracies by epoch (figure 7 of the paper), of one run or several.

    Args:
        histories: for each run its name and the rows of its `history.csv`, with columns epoch,
            loss, accuracy, val_loss, val_accuracy; accuracies are fractions.
    """
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    loss, accuracy = figure.subplots(1, 2)
    colours = matplotlib.colormaps["tab10"].colors  # type: ignore[attr-defined]
    for number, history in enumerate(histories.values()):
        colour = colours[number % len(colours)]
        point = {"marker": "o", "markersize": 3} if len(history) <= 30 else {}
        for axes, column in ((loss, "loss"), (accuracy, "accuracy")):
            axes.plot(history["epoch"], history[column], "--", color=colour, lw=1.2, **point)
            axes.plot(
                history["epoch"], history[f"val_{column}"], "-", color=colour, lw=1.6, **point
            )
        if len(history):
            best = history.iloc[int(history["val_accuracy"].argmax())]
            accuracy.plot(best["epoch"], best["val_accuracy"], "*", color=colour, markersize=12)
            accuracy.annotate(
                f"{best['val_accuracy']:.1%}",
                (best["epoch"], best["val_accuracy"]),
                xytext=(0, 8),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
    _label(loss, "cross entropy")
    _label(accuracy, "accuracy")
    accuracy.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    accuracy.margins(y=0.12)
    keys = [
        Line2D([], [], color="#555555", ls="--", label="train"),
        Line2D([], [], color="#555555", ls="-", label="validation"),
        Line2D([], [], color="#555555", ls="", marker="*", markersize=10, label="best epoch, kept"),
    ]
    if len(histories) > 1:
        keys += [
            Line2D([], [], color=colours[number % len(colours)], lw=4, label=name)
            for number, name in enumerate(histories)
        ]
    figure.legend(handles=keys, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    return figure


def _label(axes: Axes, what: str) -> None:
    axes.set_xlabel("epoch")
    axes.set_ylabel(what)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def row_shares(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each row over its sum: 0 to 1; NaN in the row of a class that has no face."""
    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.full(matrix.shape, np.nan)
    np.divide(matrix, totals, out=shares, where=totals > 0)
    return shares


def most_confused(
    matrix: NDArray[np.int64], labels: tuple[str, ...], top: int = 5
) -> list[tuple[str, str, int, float]]:
    """The mistakes that happen most often, as a share of the faces of their class.

    Returns:
        (label, named instead, faces, share of the label's faces), the largest share first; pairs
        that never happen are left out.
    """
    shares = np.nan_to_num(row_shares(matrix))
    np.fill_diagonal(shares, 0)
    order = np.argsort(-shares, axis=None, kind="stable")[:top]
    pairs = [np.unravel_index(place, matrix.shape) for place in order]
    return [
        (labels[row], labels[column], int(matrix[row, column]), float(shares[row, column]))
        for row, column in pairs
        if shares[row, column]
    ]


def draw_confusion(matrix: NDArray[np.int64], labels: tuple[str, ...], title: str = "") -> Figure:
    """Draw counts and, beside them, shares of each row (figure 6 of the paper).

    Args:
        matrix: int64, (classes, classes), from `confusion_matrix`.
        labels: class names; long ones are shortened.
        title: stands over both.
    """
    classes = len(labels)
    cell = 0.62 if classes <= MOST_NUMBERED else 0.25
    side = max(3.2, cell * classes)
    names = [shorten(label) for label in labels]
    margin = 0.09 * max(len(name) for name in names) + 0.6
    figure = Figure(figsize=(2 * (side + margin), side + margin + 0.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    shares = row_shares(matrix)
    counted = [[f"{n:,}" for n in row] for row in matrix]
    _draw_panel(left, matrix, names, "faces", counted, side / classes)
    percent = [["" if np.isnan(s) else f"{100 * s:.0f}" for s in row] for row in shares]
    _draw_panel(
        right, shares, names, "% of the faces of the row's class", percent, side / classes, 1.0
    )
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def shorten(name: str, longest: int = LONGEST_NAME) -> str:
    """`name`, cut with an ellipsis where a picture has no room for it."""
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _draw_panel(
    axes: Axes,
    values: NDArray[Any],
    names: list[str],
    title: str,
    texts: list[list[str]],
    cell: float,
    top: float | None = None,
) -> None:
    highest = top or max(float(values.max()), 1.0)
    axes.imshow(np.nan_to_num(values), cmap="Blues", vmin=0, vmax=highest)
    places = range(len(names))
    axes.set_xticks(places, names, rotation=45, ha="right", rotation_mode="anchor", fontsize=9)
    axes.set_yticks(places, names, fontsize=9)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("named by the model")
    axes.set_ylabel("label")
    axes.set_title(title, fontsize=10)
    if len(names) > MOST_NUMBERED:
        return
    # Characters are about 0.6 of their size wide; 72 points are an inch.
    longest = max(len(text) for row in texts for text in row)
    size = float(np.clip(0.9 * 72 * cell / (0.6 * max(longest, 1)), 5, 10))
    for row in places:
        for column in places:
            dark = np.nan_to_num(values[row, column]) > 0.55 * highest
            colour = "white" if dark else "#1a1a1a"
            text = texts[row][column]
            axes.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)


def save_confusions(judged: Sequence[Judged], split_name: str, path: Path) -> list[Path]:
    """Draw the confusion matrix of each model; of several, into files with its number.

    Returns:
        The files written.
    """
    written = []
    for number, model in enumerate(judged, start=1):
        target = path if len(judged) == 1 else path.with_name(f"{path.stem}-{number}.png")
        accuracy = model.scores.accuracy
        title = f"{model.name}: {split_name}, {accuracy.value:.1%} of {accuracy.faces:,} faces"
        save_figure(draw_confusion(model.scores.confusion, model.scores.labels, title), target)
        written.append(target)
    return written


def draw_reliability(
    probabilities: NDArray[np.floating[Any]], labels: NDArray[np.int64], title: str = ""
) -> Figure:
    """Draw accuracy against confidence in 15 bins, and how many faces each bin has.

    Args:
        probabilities: (n, classes), rows summing to 1.
        labels: int64, (n,).
        title: stands over it, before the calibration error.
    """
    bins = confidence_bins(probabilities, labels)
    error = expected_calibration_error(probabilities, labels)
    figure = Figure(figsize=(4.4, 5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    left, width = bins.edges[:-1], np.diff(bins.edges)
    accuracy = np.nan_to_num(bins.accuracy)
    upper.bar(left, accuracy, width, align="edge", color="#4a7fb5", edgecolor="white")
    upper.plot([0, 1], [0, 1], "--", color="#444444", lw=1, label="right as often as sure")
    filled = bins.count > 0
    upper.plot(
        bins.confidence[filled],
        bins.confidence[filled],
        "o",
        color="#d1495b",
        markersize=3,
        label="mean confidence of the bin",
    )
    upper.set_ylabel("accuracy")
    upper.legend(frameon=False, fontsize=8, loc="upper left")
    upper.set_ylim(0, 1)
    upper.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    lower.bar(left, bins.count / len(labels), width, align="edge", color="#9a9a9a", edgecolor="w")
    lower.set_ylabel("share of faces")
    lower.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    lower.set_xlabel("confidence: probability of the class named")
    lower.set_xlim(0, 1)
    lower.xaxis.set_major_formatter(PercentFormatter(xmax=1))
    for axes in (upper, lower):
        axes.spines[["top", "right"]].set_visible(False)
    text = f"calibration error (ECE) {error:.1%}"
    figure.suptitle(f"{title}\n{text}" if title else text, fontsize=10)
    return figure


def draw_comparison(comparison: HumanComparison) -> Figure:
    """Draw probability against share of annotators, and entropy against entropy.

    A line goes through the mean of each bin; the band holds the middle half of its values.
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_bins(
        left,
        comparison.shares.ravel(),
        comparison.probabilities.ravel(),
        np.linspace(0, 1, 11),
    )
    left.plot([0, 1], [0, 1], "--", color="#444444", lw=1, label="same as humans")
    left.set_xlabel("share of annotators who chose a class")
    left.set_ylabel("the model's probability of it")
    for axis in (left.xaxis, left.yaxis):
        axis.set_major_formatter(PercentFormatter(xmax=1))
    left.set_title(f"r = {comparison.probability_correlation():.2f}", fontsize=10)

    humans, model = entropy(comparison.shares), entropy(comparison.probabilities)
    most = float(np.log2(comparison.shares.shape[1]))
    _draw_bins(right, humans, model, np.linspace(0, max(float(humans.max()), 0.5), 9))
    right.plot([0, most], [0, most], "--", color="#444444", lw=1, label="same as humans")
    right.set_ylim(0, most)
    right.set_xlim(0, max(float(humans.max()), 0.5))
    right.set_xlabel("entropy of the annotators' votes in bits")
    right.set_ylabel("entropy of the model's probabilities in bits")
    pearson, spearman = comparison.entropy_correlations()
    right.set_title(f"r = {pearson:.2f}, Spearman's ρ = {spearman:.2f}", fontsize=10)
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8, loc="upper left")
    return figure


def _draw_bins(axes: Any, x: Floats, y: Floats, edges: Floats) -> None:
    place = np.clip(np.digitize(x, edges) - 1, 0, len(edges) - 2)
    filled = [number for number in range(len(edges) - 1) if (place == number).any()]
    middles = [x[place == number].mean() for number in filled]
    quarters = np.array([np.quantile(y[place == number], (0.25, 0.75)) for number in filled])
    axes.fill_between(middles, *quarters.T, color="#4a7fb5", alpha=0.25, label="middle half")
    means = [y[place == number].mean() for number in filled]
    axes.plot(middles, means, "o-", color="#2b5c8a", lw=1.8, markersize=4, label="mean")


def most_confident_mistakes(
    probabilities: NDArray[np.floating[Any]], labels: NDArray[np.int64], top: int = 16
) -> NDArray[np.int64]:
    """Indices of misclassified faces, the surest first; fewer where there are fewer mistakes."""
    wrong = np.flatnonzero(probabilities.argmax(1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(1), kind="stable")][:top]


def draw_faces(images: NDArray[np.uint8], captions: Sequence[str]) -> Figure:
    """Draw faces in lines of eight, each under its caption.

    Args:
        images: uint8, (n, 48, 48, 1); at least one.
        captions: at most two lines each.
    """
    lines = -(-len(images) // COLUMNS)
    width, height = COLUMNS * SIDE, lines * (SIDE + CAPTION)
    figure = Figure(figsize=(width, height))
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left = number % COLUMNS * SIDE
        bottom = height - (number // COLUMNS + 1) * (SIDE + CAPTION)
        axes = figure.add_axes(
            (
                (left + 0.03) / width,
                bottom / height,
                (SIDE - 0.06) / width,
                (SIDE - 0.06) / height,
            )
        )
        axes.imshow(image[..., 0], cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
        axes.set_title(caption, fontsize=7, pad=2)
    return figure


def mistake_captions(
    probabilities: NDArray[np.floating[Any]],
    labels: NDArray[np.int64],
    names: tuple[str, ...],
) -> list[str]:
    """What each face is, what the model names it, and how sure it is."""
    return [
        f"{shorten(names[label], 14)}\n→ {shorten(names[row.argmax()], 12)} {row.max():.0%}"
        for row, label in zip(probabilities, labels, strict=True)
    ]


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, whole or not at all; the folder is made."""
    write_bytes(path, _png(figure))


def figure_uri(figure: Figure) -> str:
    """A figure as a `data:` URI, for a page that needs no other file."""
    return "data:image/png;base64," + base64.b64encode(_png(figure)).decode("ascii")


def _png(figure: Figure) -> bytes:
    """In memory: Pillow, which writes figures too, takes no notice of a full disk."""
    # Names of files and classes stand in it: dollars are no formula to them, and what of them is
    # no letter ends FreeType.
    for axis in _axes(figure):
        _show_letters(axis)
    for text in set(figure.findobj(Text)) - _powers(figure):
        text.set_parse_math(False)
        text.set_text(_letters(text.get_text()))
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=DPI, format="png")
    return buffer.getvalue()


def _powers(figure: Figure) -> set[Any]:
    """The labels along logarithmic axes, which are formulas."""
    return {
        label
        for axis in _axes(figure)
        if axis.get_scale() != "linear"
        for label in axis.get_ticklabels(which="both")
    }


def _axes(figure: Figure) -> list[Any]:
    return [axis for one in figure.axes for axis in (one.xaxis, one.yaxis)]


def _show_letters(axis: Any) -> None:
    """Fix the labels along an axis that have no letters: each drawing writes them anew."""
    places = axis.get_majorticklocs()
    labels = axis.get_major_formatter().format_ticks(places)
    shown = [_letters(label) for label in labels]
    if shown != labels:
        axis.set_ticks(places, labels=shown)


def _letters(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
