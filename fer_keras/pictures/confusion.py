"""The confusion matrix (figure 6 of the paper): which emotion is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_keras.pictures.figure_file import save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fer_keras.evaluation.judging import Judged

MOST_NUMBERED = 20
"""Classes up to which a cell has room for its number."""

LONGEST_NAME = 18


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
    """Draw counts and, beside them, shares of each row.

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
