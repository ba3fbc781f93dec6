"""What each ingredient is worth, as a table and a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.evaluation.metrics import paired_difference_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def make_ablation_table(correct: Mapping[str, NDArray[np.bool_]]) -> pd.DataFrame:
    """A line for each row, the first as it is, the others against it.

    Args:
        correct: by row, which validation faces its model names rightly; the first is the base.

    Returns:
        Columns row, accuracy, difference (to the base), low, high (its paired 95 % interval);
        fractions.
    """
    base = next(iter(correct.values()))
    lines = []
    for name, right in correct.items():
        low, high = paired_difference_interval(right, base)
        difference = float(right.mean() - base.mean())
        lines.append((name, float(right.mean()), difference, low, high))
    return pd.DataFrame(lines, columns=["row", "accuracy", "difference", "low", "high"])


def ablation_markdown(table: pd.DataFrame) -> str:
    """The table for a README, in percent and points."""
    lines = ["| recipe | accuracy | against the base, points |", "| --- | --- | --- |"]
    for number, row in enumerate(table.to_dict("records")):
        ends = f"{100 * row['low']:+.2f} to {100 * row['high']:+.2f}"
        against = f"{100 * row['difference']:+.2f} ({ends})" if number else "-"
        lines.append(f"| {row['row']} | {100 * row['accuracy']:.2f} % | {against} |")
    return "\n".join(lines) + "\n"


def draw_ablation(table: pd.DataFrame) -> Figure:
    """The differences to the base, in points, with their intervals."""
    from matplotlib.figure import Figure

    rows = table.iloc[1:][::-1]
    figure = Figure(figsize=(7, 0.42 * len(rows) + 1.4), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(rows))
    middle = 100 * rows["difference"].to_numpy(float)
    low, high = (100 * rows[end].to_numpy(float) for end in ("low", "high"))
    colours = ["#1a7f37" if value > 0 else "#d1242f" for value in middle]
    axes.hlines(places, low, high, color=colours, alpha=0.4, linewidth=4)
    axes.scatter(middle, places, c=colours, s=45, zorder=3)
    axes.axvline(0, color="#6e7781", lw=1)
    axes.set_yticks(places, rows["row"])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    base = 100 * float(table["accuracy"].iloc[0])
    axes.set_xlabel(f"points of validation accuracy against the base's {base:.2f} %")
    axes.grid(axis="x", alpha=0.25)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return figure
