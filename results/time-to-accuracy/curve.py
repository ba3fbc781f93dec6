"""Draws validation accuracy over wall-clock time, and writes when it passed the paper's.

python results/time-to-accuracy/curve.py FOLDER RUN...      the default recipe's runs, then others
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from fer_keras.figures import save_figure
from fer_keras.runs.run_folder import RunFolder

PAPER = 0.61
"""The paper's accuracy, for which it took 20 to 45 minutes on a cloud GPU."""


def main(folder: Path, runs: list[RunFolder]) -> None:
    """Write time.json, history.csv and curve.png of the runs into a folder."""
    configs = [run.read_config() for run in runs]
    optimizers = [config["recipe"]["optimizer"] for config in configs]
    histories = [
        run.read_history().assign(seed=config["seed"], optimizer=optimizer)
        for run, config, optimizer in zip(runs, configs, optimizers, strict=True)
    ]
    reached, shown, figure = [], set(), Figure(figsize=(6.5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.axvspan(20, 45, color="#d1242f", alpha=0.10, lw=0)
    axes.axhline(PAPER, color="#d1242f", lw=1, ls="--")
    axes.text(44.5, PAPER, "paper, 20 to 45 min on a GPU", ha="right", va="bottom", fontsize=9)
    for history in histories:
        minutes = history["seconds"].cumsum() / 60
        passed = minutes[history["val_accuracy"] >= PAPER]
        reached.append(round(float(passed.iloc[0]), 2) if len(passed) else None)
        optimizer = history["optimizer"].iloc[0]
        colour = "#1f6feb" if optimizer == optimizers[0] else "#6e7781"
        label = optimizer if optimizer not in shown else None
        shown.add(optimizer)
        axes.plot(minutes, history["val_accuracy"], "o-", ms=4, color=colour, label=label)
    best = [float(history["val_accuracy"].max()) for history in histories]
    figures = {
        "arch": configs[0]["recipe"]["arch"],
        "optimizer": optimizers,
        "seed": [config["seed"] for config in configs],
        "epochs": [len(history) for history in histories],
        "device": configs[0]["device"],
        "minutes": [round(float(history["seconds"].sum()) / 60, 2) for history in histories],
        "minutes_of_the_command": [
            round(int((run.path / "command-seconds.txt").read_text()) / 60, 2) for run in runs
        ],
        "best_validation_accuracy": best,
        "minutes_to_the_papers_accuracy": reached,
    }
    (folder / "time.json").write_text(json.dumps(figures, indent=2) + "\n")
    pd.concat(histories).to_csv(folder / "history.csv", index=False)
    axes.set(xlim=(0, 45), xlabel="minutes", ylabel="validation accuracy")
    axes.set_title(f"{figures['arch']} on {figures['device']}", fontsize=10)
    axes.legend(loc="lower right", frameon=False)
    axes.yaxis.set_major_locator(MultipleLocator(0.05))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    save_figure(figure, folder / "curve.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [RunFolder(Path(run)) for run in sys.argv[2:]])
