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

Right = Mapping[int, NDArray[np.bool_]]
"""By seed, which validation faces a model names rightly."""

ONE_SEED = "one seed"
NONE = "none"


def make_ablation_table(right: Mapping[str, Right]) -> pd.DataFrame:
    """A line for each row, the first as it is, the others against it.

    Args:
        right: by row; the first is the base. Rows without a seed that the base has are left out.

    Returns:
        Columns row, seeds, accuracy (mean of the seeds), worst, best (seed), difference (to the
        base, mean over the seeds that both have), low, high (of several seeds: of the difference
        between the seeds; of one: its paired 95 % interval), conclusion: `better` or `worse`
        where the difference is larger than the spread between the seeds of either and every seed
        agrees, else `none`; `one seed` where the spread is not known. Fractions.
    """
    base = next(iter(right.values()))
    lines = []
    for name, runs in right.items():
        both = sorted(set(runs) & set(base))
        if not both:
            continue
        own = np.array([runs[seed].mean() for seed in both])
        others = np.array([base[seed].mean() for seed in both])
        steps = own - others
        if len(both) == 1:
            low, high = paired_difference_interval(runs[both[0]], base[both[0]])
        else:
            low, high = float(steps.min()), float(steps.max())
        lines.append(
            {
                "row": name,
                "seeds": len(both),
                "accuracy": float(own.mean()),
                "worst": float(own.min()),
                "best": float(own.max()),
                "difference": float(steps.mean()),
                "low": low,
                "high": high,
                "conclusion": _conclusion(steps, max(np.ptp(own), np.ptp(others))),
            }
        )
    columns = [
        "row",
        "seeds",
        "accuracy",
        "worst",
        "best",
        "difference",
        "low",
        "high",
        "conclusion",
    ]
    return pd.DataFrame(lines, columns=columns)


def _conclusion(steps: NDArray[np.float64], spread: float) -> str:
    if len(steps) < 2:
        return ONE_SEED
    if abs(steps.mean()) > spread and (steps > 0).all():
        return "better"
    if abs(steps.mean()) > spread and (steps < 0).all():
        return "worse"
    return NONE


def ablation_markdown(table: pd.DataFrame) -> str:
    """The table for a README, in percent and points."""
    lines = [
        "| recipe | accuracy | worst to best seed | against the base, points | conclusion |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, row in enumerate(table.to_dict("records")):
        ends = f"{100 * row['low']:+.2f} to {100 * row['high']:+.2f}"
        against = f"{100 * row['difference']:+.2f} ({ends})" if number else "-"
        several = row["seeds"] > 1
        spread = f"{100 * row['worst']:.2f} to {100 * row['best']:.2f}" if several else "-"
        lines.append(
            f"| {row['row']} | {100 * row['accuracy']:.2f} % | {spread} | {against} | "
            f"{row['conclusion'] if number else '-'} |"
        )
    return "\n".join(lines) + "\n"


def draw_ablation(table: pd.DataFrame) -> Figure:
    """The differences to the base, in points, with their ends; grey where nothing follows."""
    from matplotlib.figure import Figure

    rows = table.iloc[1:][::-1]
    figure = Figure(figsize=(7, 0.42 * len(rows) + 1.4), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(rows))
    middle = 100 * rows["difference"].to_numpy(float)
    low, high = (100 * rows[end].to_numpy(float) for end in ("low", "high"))
    colours = [
        {"better": "#1a7f37", "worse": "#d1242f"}.get(conclusion, "#6e7781")
        for conclusion in rows["conclusion"]
    ]
    axes.hlines(places, low, high, color=colours, alpha=0.4, linewidth=4)
    axes.scatter(middle, places, c=colours, s=45, zorder=3)
    axes.axvline(0, color="#6e7781", lw=1)
    axes.set_yticks(places, rows["row"])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    base, seeds = 100 * float(table["accuracy"].iloc[0]), int(table["seeds"].iloc[0])
    ends = "95 % interval" if seeds == 1 else f"the {seeds} seeds"
    axes.set_xlabel(f"points of validation accuracy against the base's {base:.2f} % (bars: {ends})")
    axes.grid(axis="x", alpha=0.25)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return figure
