"""The paper's table 1, stage by stage, seed by seed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.runs.planned import PlannedRun
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.paper_table import Result, make_table, read_result, write_table
from fer_keras.studies.sweep import FailedRunsError, run_sweep
from fer_keras.training.recipes import paper_recipes


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

    Stopped, it goes on where it was: a run that is finished is not trained again. Every choice is
    made on the validation split; where the data has a test split, each run's best model is judged
    on it once, and the answer kept in the run's folder.

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
        Table 1, a row for each stage; see `paper_table.make_table`.

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

    def ask(run: PlannedRun) -> dict[str, Any]:
        return dataclasses.asdict(read_result(RunFolder(run.folder), data))

    swept = run_sweep(
        plan,
        data,
        ask,
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
    if swept.failures:
        raise FailedRunsError(swept.failures)
    if table.empty:
        raise InputError(f"{folder}: no run is finished, so there is no table to make")
    return table
