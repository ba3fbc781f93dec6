"""What each ingredient of a recipe is worth: trainings without it, of one seed or several."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.models import Classifier
from fer_keras.pictures.figure_file import save_figure
from fer_keras.runs.planned import PlannedRun
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.ablation_table import (
    ablation_markdown,
    draw_ablation,
    make_ablation_table,
)
from fer_keras.studies.ablations import choose_ablations
from fer_keras.studies.sweep import FailedRunsError, run_sweep
from fer_keras.training.recipe import Recipe

Bools = NDArray[np.bool_]


def ablate(
    data: FaceData,
    recipe: Recipe,
    rows: Sequence[str] | None = None,
    *,
    teacher: Path | None = None,
    seeds: int = 1,
    seed: int = 0,
    out: str | Path = "runs/ablation",
    precision: str = "float32",
    device: str | None = None,
    storage: str | None = None,
    study: str = "ablate",
    callbacks: Sequence[keras.callbacks.Callback] = (),
    report: Callable[[str], None] = print,
) -> pd.DataFrame:
    """Train a recipe without each of its ingredients, and compare on the validation split.

    Stopped, it goes on where it was: a run that is finished is not trained again.

    Args:
        data: from `open_data`; with FER+ votes for the row of that name.
        recipe: the base.
        rows: names of `ABLATIONS`, or None for all that can be and that change the recipe.
        teacher: run or `.keras` file, for the rows that need one.
        seeds: trainings of each row; only from two on is it known what chance does.
        seed: the first of them.
        out: folder of runs and tables; ablation.csv, .md and .png are left there.
        precision, device: as in `train`.
        storage, study: a database and a study's name in it, to share the runs with other machines.
        callbacks: of every training.
        report: called with each line that tells how it goes.

    Returns:
        The table, see `make_ablation_table`.

    Raises:
        InputError: if a row is unknown or can't be, or a folder holds another run.
        FailedRunsError: if some runs failed; the tables have the others.
    """
    folder = Path(out)
    votes = data.split("train").votes is not None
    chosen = choose_ablations(rows, recipe, votes=votes, teacher=teacher is not None)
    plan = [
        PlannedRun(
            row.name,
            number,
            folder / _folder_name(recipe.arch, row.name, number, seed),
            row.change(recipe),
            teacher if row.needs == "teacher" else None,
            precision,
            device,
        )
        for number in range(seed, seed + seeds)
        for row in chosen
    ]
    split = data.split("validation")

    def ask(run: PlannedRun) -> dict[str, Any]:
        best = RunFolder(run.folder).best_model
        answers = Classifier(best).probabilities(split.images, data.labels)
        return {"right": _packed(answers.argmax(1) == split.labels)}

    swept = run_sweep(
        plan, data, ask, storage=storage, study=study, callbacks=callbacks, report=report
    )
    right: dict[str, dict[int, Bools]] = {row.name: {} for row in chosen}
    for run in plan:
        answer = swept.answers.get(run.folder.name)
        if answer:
            right[run.name][run.seed] = _unpacked(answer["right"], len(split))
    table = make_ablation_table(right)
    if not table.empty:
        written = RunFolder(folder)
        written.write_text("ablation.csv", table.to_csv(index=False))
        written.write_text("ablation.md", ablation_markdown(table))
        if len(table) > 1:
            save_figure(draw_ablation(table), folder / "ablation.png")
    if swept.failures:
        raise FailedRunsError(swept.failures)
    return table


def _folder_name(arch: str, row: str, number: int, first: int) -> str:
    """Without the seed where it is the first: so were they called when there was one."""
    return f"{arch}-{row}" if number == first else f"{arch}-{row}-seed-{number}"


def _packed(right: Bools) -> str:
    return base64.b64encode(np.packbits(right).tobytes()).decode()


def _unpacked(text: str, count: int) -> Bools:
    bits = np.frombuffer(base64.b64decode(text), np.uint8)
    return np.unpackbits(bits, count=count).astype(bool)
