"""Draws validation accuracy over wall-clock time, and writes when it passed the paper's.

python results/time-to-accuracy/curve.py FOLDER RUN...      runs that differ in their seeds
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from fer_keras.pictures.figure_file import save_figure
from fer_keras.runs.run_folder import RunFolder

PAPER = 0.61
"""The paper's accuracy, for which it took 20 to 45 minutes on a cloud GPU."""


def main(folder: Path, runs: list[RunFolder]) -> None:
    """Write time.json, history.csv and curve.png of the runs into a folder."""
    histories = [run.read_history().assign(seed=run.read_config()["seed"]) for run in runs]
    config = runs[0].read_config()
    reached, figure = [], Figure(figsize=(6.5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.axvspan(20, 45, color="#d1242f", alpha=0.10, lw=0)
    axes.axhline(PAPER, color="#d1242f", lw=1, ls="--")
    axes.text(44.5, PAPER, "paper, 20 to 45 min on a GPU", ha="right", va="bottom", fontsize=9)
    for history in histories:
        minutes = history["seconds"].cumsum() / 60
        passed = minutes[history["val_accuracy"] >= PAPER]
        reached.append(round(float(passed.iloc[0]), 2) if len(passed) else None)
        axes.plot(minutes, history["val_accuracy"], "o-", ms=4, color="#1f6feb")
    best = [float(history["val_accuracy"].max()) for history in histories]
    figures = {
        "arch": config["recipe"]["arch"],
        "epochs": [len(history) for history in histories],
        "device": config["device"],
        "minutes": [round(float(history["seconds"].sum()) / 60, 2) for history in histories],
        "best_validation_accuracy": best,
        "mean": round(sum(best) / len(best), 4),
        "minutes_to_the_papers_accuracy": reached,
    }
    (folder / "time.json").write_text(json.dumps(figures, indent=2) + "\n")
    pd.concat(histories).to_csv(folder / "history.csv", index=False)
    axes.set(xlim=(0, 45), xlabel="minutes", ylabel="validation accuracy")
    axes.set_title(f"{figures['arch']} on {figures['device']}, three seeds", fontsize=10)
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    save_figure(figure, folder / "curve.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [RunFolder(Path(run)) for run in sys.argv[2:]])
