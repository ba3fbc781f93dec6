"""Draws validation accuracy over wall-clock time, and writes when it passed the paper's.

python results/time-to-accuracy/curve.py RUN FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from fer_keras.pictures.figure_file import save_figure
from fer_keras.runs.run_folder import RunFolder

PAPER = 0.61
"""The paper's accuracy, for which it took 20 to 45 minutes on a cloud GPU."""


def main(run_path: Path, folder: Path) -> None:
    """Write time.json, history.csv and curve.png of a run into a folder."""
    run = RunFolder(run_path)
    history, config = run.read_history(), run.read_config()
    minutes = history["seconds"].cumsum() / 60
    reached = minutes[history["val_accuracy"] >= PAPER]
    figures = {
        "arch": config["recipe"]["arch"],
        "epochs": config["recipe"]["epochs"],
        "device": config["device"],
        "minutes": round(float(minutes.iloc[-1]), 2),
        "best_validation_accuracy": float(history["val_accuracy"].max()),
        "minutes_to_the_papers_accuracy": round(float(reached.iloc[0]), 2)
        if len(reached)
        else None,
    }
    (folder / "time.json").write_text(json.dumps(figures, indent=2) + "\n")
    history.to_csv(folder / "history.csv", index=False)

    figure = Figure(figsize=(6.5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.axvspan(20, 45, color="#d1242f", alpha=0.10, lw=0)
    axes.axhline(PAPER, color="#d1242f", lw=1, ls="--")
    axes.text(44.5, PAPER, "paper, 20 to 45 min on a GPU", ha="right", va="bottom", fontsize=9)
    axes.plot(minutes, history["val_accuracy"], "o-", ms=4, color="#1f6feb")
    axes.set(xlim=(0, 45), xlabel="minutes", ylabel="validation accuracy")
    axes.set_title(f"{figures['arch']} on {figures['device']}", fontsize=10)
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    save_figure(figure, folder / "curve.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
