"""Training curves (figure 7 of the paper): loss and both accuracies by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

if TYPE_CHECKING:
    import pandas as pd


def draw_curves(histories: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw one run, or several in one picture.

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


def _label(axes: matplotlib.axes.Axes, what: str) -> None:
    axes.set_xlabel("epoch")
    axes.set_ylabel(what)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
