"""Section 3.2's search for hyperparameters, by Optuna instead of by hand."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fer_keras.architectures.registry import find_architecture
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.pictures.figure_file import save_figure
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies import search_tables
from fer_keras.studies.optuna_library import optuna
from fer_keras.studies.search_space import (
    FINISHED,
    PAPER_SPACE,
    Dimension,
    choose_space,
    finished_trials,
    recipe_of,
    search,
)
from fer_keras.studies.storage import open_study, storage_errors
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe, read_recipe
from fer_keras.training.recipes import choose_recipe

OWNER = "study.txt"
"""Which study a folder holds."""

BEST = "best-recipe.json"


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Attributes:
        recipe: the best one.
        accuracy: its validation accuracy, a fraction.
        values: what it has of the space.
        table: accuracy by value, see `search_tables.by_hyperparameter`.
    """

    recipe: Recipe
    accuracy: float
    values: dict[str, object]
    table: pd.DataFrame


def tune(
    data: FaceData,
    recipe: Recipe | str = "final",
    space: Sequence[str] = PAPER_SPACE,
    *,
    trials: int = 50,
    epochs: int = 10,
    seed: int = 0,
    out: str | Path = "runs/tune",
    storage: str | None = None,
    study: str | None = None,
    precision: str = "float32",
    device: str | None = None,
    report: Callable[[str], None] = print,
) -> Tuned:
    """Search hyperparameters by validation accuracy; poor trials are stopped early.

    The study is kept: a search that was stopped goes on, and several processes or machines can
    work on one. A trial whose process died is taken up again.

    Args:
        data: from `open_data`.
        recipe: what every trial starts from, or an architecture's name for its own recipe.
        space: names of `SPACE`.
        trials: finished trials wanted in all, whoever ran them.
        epochs: of a trial.
        seed: of the trainings.
        out: folder for best-recipe.json, the tables and the pictures.
        storage: database URL or file of the study; None: `study.db` in `out`.
        study: its name; None: the architecture's.
        precision, device: as in `train`.
        report: called with each line that tells how it goes.

    Raises:
        InputError: if something does not fit, or no trial ran to its end.
    """
    folder = Path(out)
    base = choose_recipe(recipe, epochs=epochs)
    accepted = list(inspect.signature(find_architecture(base.arch).build).parameters)
    dimensions = choose_space(space, accepted, base)
    storage = storage or str(folder / "study.db")
    _check_folder(folder, study or base.arch, base.arch)
    with storage_errors(storage):
        found = open_study(storage, study or base.arch)
        _check_study(found, data, base, epochs, dimensions)
        RunFolder(folder).write_text(OWNER, found.study_name + "\n")
        report(f"{finished_trials(found)} of {trials} trials are finished")
        where = prepare_device(precision, device)
        search(found, base, dimensions, data, where, trials, seed, _teller(found, trials, report))
        tuned = _write(found, base, dimensions, folder)
    report(f"best {tuned.accuracy:.2%}: {tuned.values}; recipe: {folder}/{BEST}")
    return tuned


def _check_study(
    study: optuna.Study, data: FaceData, base: Recipe, epochs: int, dimensions: list[Dimension]
) -> None:
    """What trials of one study have in common; another's are no part of it."""
    identity = {
        "fingerprint": data.fingerprint,
        "epochs": epochs,
        "arch": base.arch,
        "space": sorted(dimension.name for dimension in dimensions),
    }
    for key, value in identity.items():
        if study.user_attrs.get(key, value) != value:
            raise InputError(
                f"study {study.study_name}: has another {key}; name a new `study`", argument="study"
            )
        study.set_user_attr(key, value)


def _teller(
    study: optuna.Study, trials: int, report: Callable[[str], None]
) -> Callable[[optuna.trial.FrozenTrial], None]:
    """A line for each trial."""

    def tell(trial: optuna.trial.FrozenTrial) -> None:
        best = max(trial.intermediate_values.values(), default=0.0)
        values = ", ".join(f"{name} {value}" for name, value in trial.params.items())
        report(
            f"trial {trial.number}: {trial.state.name.lower()}, {best:.2%} ({values}); "
            f"{finished_trials(study)} of {trials}"
        )

    return tell


def _check_folder(out: Path, study: str, arch: str) -> None:
    """A folder belongs to one study: another's best recipe is not written over."""
    holds = None
    owner, best = out / OWNER, out / BEST
    if owner.is_file():
        found = owner.read_text(encoding="utf-8", errors="replace").strip()
        holds = None if found == study else f"study {found}"
    if holds is None and best.exists():  # of another database's study of the same name, say
        found = read_recipe(best).arch
        holds = None if found == arch else f"the search of {found}"
    if holds is not None:
        raise InputError(
            f"out {out}: holds what {holds} found; choose another folder", argument="out"
        )


def _write(study: optuna.Study, base: Recipe, space: list[Dimension], out: Path) -> Tuned:
    """The best recipe, the table and the pictures."""
    try:
        best = study.best_trial
    except ValueError as error:
        raise InputError(
            f"study {study.study_name}: no trial ran to its end; ask for more `trials`"
        ) from error
    folder = RunFolder(out)
    recipe = recipe_of(optuna.trial.FixedTrial(best.params), base, space)
    folder.write_text(BEST, json.dumps(recipe.to_json(), indent=2) + "\n")
    trials = study.get_trials(states=FINISHED)
    table = search_tables.by_hyperparameter(trials)
    folder.write_text("by-hyperparameter.csv", table.to_csv(index=False))
    folder.write_text("by-hyperparameter.md", search_tables.to_markdown(table))
    save_figure(
        search_tables.draw_importances(search_tables.importances(study)), out / "importance.png"
    )
    save_figure(search_tables.draw_history(trials), out / "history.png")
    return Tuned(recipe, float(best.value or 0.0), dict(best.params), table)
