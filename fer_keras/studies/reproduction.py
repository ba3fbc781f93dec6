"""The paper's table 1, stage by stage, seed by seed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.architectures.registry import build, find_architecture
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.figures import save_figure
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.kept_answer import kept_answer
from fer_keras.studies.planned_run import PlannedRun
from fer_keras.studies.sweep import run_sweep
from fer_keras.training.recipes import paper_recipes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Result:
    """What one run reached, at the epoch with the best validation accuracy.

    Attributes:
        train: accuracy while that epoch was trained, dropout and all, a fraction.
        validation: accuracy on the validation split.
        test: accuracy on the test split; None where the data has none.
        seconds: median duration of an epoch.
    """

    train: float
    validation: float
    test: float | None
    seconds: float


def read_result(run: RunFolder, data: FaceData) -> Result:
    """The result of a finished run.

    Its best model is judged on the test split once, after that choice; test.json keeps the answer.

    Raises:
        InputError: if its model or history can't be read.
    """
    history = run.read_history()
    if history["val_accuracy"].isna().all():
        raise InputError(f"{run.history_file}: no epoch has an accuracy; train the run again")
    best = history.loc[history["val_accuracy"].idxmax()]
    return Result(
        train=float(best["accuracy"]),
        validation=float(best["val_accuracy"]),
        test=_test_accuracy(run, data) if "test" in data.splits else None,
        seconds=float(history["seconds"].median()),
    )


def _test_accuracy(run: RunFolder, data: FaceData) -> float:
    def share(right: NDArray[np.bool_]) -> float:
        return float(right.mean())

    split = data.split("test")
    return float(kept_answer(run, "test.json", data.labels, split, "accuracy", share, float))


def make_table(results: Mapping[str, Sequence[Result]], classes: int) -> pd.DataFrame:
    """A row for each stage that has results.

    Args:
        results: by stage, one for each seed.
        classes: number of classes that the stages were built for.

    Returns:
        Columns stage, paper_train, paper_validation, paper_test, seeds, train, validation (means
        over the seeds), validation_low, validation_high (the worst and the best seed), test (the
        last seed's, as the paper has it), all fractions; parameters, seconds_per_epoch.
    """
    rows = []
    for stage, runs in results.items():
        if not runs:
            continue
        paper = find_architecture(stage).paper
        validation = [run.validation for run in runs]
        tests = [run.test for run in runs if run.test is not None]
        rows.append(
            {
                "stage": stage,
                "paper_train": paper.train if paper else None,
                "paper_validation": paper.validation if paper else None,
                "paper_test": paper.test if paper else None,
                "seeds": len(runs),
                "train": np.mean([run.train for run in runs]),
                "validation": np.mean(validation),
                "validation_low": min(validation),
                "validation_high": max(validation),
                "test": tests[-1] if tests else None,
                "parameters": build(stage, classes).count_params(),
                "seconds_per_epoch": round(float(np.median([run.seconds for run in runs])), 1),
            }
        )
    return pd.DataFrame(rows)


def to_markdown(table: pd.DataFrame) -> str:
    """The table for a README: accuracies in percent, train / validation / test."""
    lines = [
        "| stage | paper | ours | spread of validation | seeds | parameters | s/epoch |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in table.to_dict("records"):
        paper = _three(row["paper_train"], row["paper_validation"], row["paper_test"])
        ours = _three(row["train"], row["validation"], row["test"])
        spread = f"{row['validation_low']:.2%} to {row['validation_high']:.2%}"
        lines.append(
            f"| {row['stage']} | {paper} | {ours} | {spread if row['seeds'] > 1 else '-'} | "
            f"{row['seeds']} | {row['parameters']:,} | {row['seconds_per_epoch']:.0f} |"
        )
    return "\n".join(lines) + "\n"


def draw_table(table: pd.DataFrame) -> Figure:
    """Validation accuracy by stage: the paper's as rings, ours as dots with their spread."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 0.55 * len(table) + 1.7), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(table))[::-1]
    ours = 100 * table["validation"].to_numpy(float)
    low, high = (100 * table[f"validation_{end}"].to_numpy(float) for end in ("low", "high"))
    axes.hlines(places, low, high, color="#1f6feb", linewidth=5, alpha=0.35)
    axes.scatter(ours, places, color="#1f6feb", s=55, label="ours (bar: worst to best seed)")
    paper = 100 * table["paper_validation"].to_numpy(float)
    axes.scatter(
        paper, places, facecolors="none", edgecolors="#d1242f", s=110, linewidths=1.8, label="paper"
    )
    for place, value, seeds in zip(places, ours, table["seeds"], strict=True):
        axes.annotate(
            f"{value:.1f}  ({seeds} seed{'s' if seeds > 1 else ''})",
            (value, place),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    axes.set_yticks(places, table["stage"])
    axes.set_ylim(-0.6, len(table) - 0.3)
    axes.set_xlabel("validation accuracy, %")
    axes.grid(axis="x", alpha=0.3)
    axes.margins(x=0.08)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    axes.set_title("Touchy Feely, table 1, and ours", fontsize=11)
    return figure


def write_table(table: pd.DataFrame, out: Path) -> None:
    """Write table1.csv, table1.md and table1.png into a folder."""
    folder = RunFolder(out)
    folder.write_text("table1.csv", table.to_csv(index=False))
    folder.write_text("table1.md", to_markdown(table))
    save_figure(draw_table(table), out / "table1.png")


def _three(train: float | None, validation: float | None, test: float | None) -> str:
    return " / ".join(
        "-" if value is None or np.isnan(value) else f"{value:.2%}"
        for value in (train, validation, test)
    )


def reproduce(
    data: FaceData,
    stages: Sequence[str] | None = None,
    *,
    seeds: int = 4,
    epochs: int = 10,
    out: str | Path = "runs/paper",
    precision: str = "float32",
    device: str | None = None,
    storage: str | None = None,
    study: str = "reproduce",
    table_only: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    report: Callable[[str], None] = print,
) -> pd.DataFrame:
    """Train the paper's stages with its recipe, and set table 1 beside ours.

    Stopped, it goes on where it was: a run that is finished is not trained again. Several processes
    with the same `out` share the runs; so do machines with the same `storage`. Every choice is made
    on the validation split; where the data has a test split, each run's best model is judged on it
    once, and the answer kept in the run's folder.

    Args:
        data: from `open_data`.
        stages: some of the paper's, or None for all.
        seeds: runs of each stage, seeds 0 and up.
        epochs: of each run.
        out: folder of runs and tables; table1.csv, .md and .png are left there.
        precision, device: as in `train`.
        storage, study: a database and a study's name in it, to share the runs with other machines.
        table_only: make the tables from the runs that are finished.
        callbacks: of every training.
        report: called with each line that tells how it goes.

    Returns:
        Table 1, a row for each stage; see `make_table`.

    Raises:
        InputError: if a stage is unknown, a folder holds another run, or no run is finished.
        FailedRunsError: if some runs failed; the tables have the others.
    """
    folder = Path(out)
    plan = [
        PlannedRun(stage, seed, folder / f"{stage}-seed-{seed}", recipe, None, precision, device)
        for stage, recipe in paper_recipes(stages, epochs).items()
        for seed in range(seeds)
    ]

    swept = run_sweep(
        plan,
        data,
        lambda run: dataclasses.asdict(read_result(RunFolder(run.folder), data)),
        storage=storage,
        study=study,
        only_finished=table_only,
        callbacks=callbacks,
        report=report,
    )
    results: dict[str, list[Result]] = {run.name: [] for run in plan}
    for run in plan:
        if run.folder.name in swept.answers:
            results[run.name].append(Result(**swept.answers[run.folder.name]))
    table = make_table(results, len(data.labels))
    if not table.empty:
        write_table(table, folder)
    swept.raise_failures()
    if table.empty:
        raise InputError(f"{folder}: no run is finished, so there is no table to make")
    return table
