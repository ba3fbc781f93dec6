"""Section 3.2's search for hyperparameters, by Optuna instead of by hand."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from fer_keras.architectures.registry import find_architecture
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.figures import save_figure
from fer_keras.files import check_input_file
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.search import FINISHED, finished_trials, recipe_of, search
from fer_keras.studies.search_space import PAPER_SPACE, Dimension, choose_space
from fer_keras.studies.storage import open_study, optuna, using_storage
from fer_keras.studies.trial_tables import (
    by_hyperparameter,
    draw_history,
    draw_importances,
    importances,
    shared_epoch,
    to_markdown,
    trial_table,
)
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe
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
        table: accuracy by value, see `by_hyperparameter`.
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
        out: folder for best-recipe.json, the tables (of trials, by hyperparameter) and pictures.
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
    identity = _identity(data, base, dimensions, seed, precision)
    _check_folder(folder, study or base.arch, identity)
    with using_storage(storage):
        found = open_study(storage, study or base.arch)
        _check_study(found, identity)
        owner = f"{found.study_name}\n{json.dumps(identity)}\n"
        RunFolder(folder).write_text(OWNER, owner)
        report(f"{finished_trials(found)} of {trials} trials are finished")
        where = prepare_device(precision, device)
        on_trial = _teller(found, trials, report)
        search(found, base, dimensions, data, where, trials, seed, on_trial, report)
        tuned = _write(found, base, dimensions, folder)
    report(f"best {tuned.accuracy:.2%}: {tuned.values}; recipe: {folder}/{BEST}")
    return tuned


def _identity(
    data: FaceData, base: Recipe, dimensions: list[Dimension], seed: int, precision: str
) -> dict[str, Any]:
    """What trials of one study have in common, as JSON; another's are no part of it."""
    identity = {
        "fingerprint": data.fingerprint,
        "epochs": base.epochs,
        "arch": base.arch,
        "space": sorted(dimension.name for dimension in dimensions),
        "recipe": base.to_json(),
        "seed": seed,
        "precision": precision,
    }
    return dict(json.loads(json.dumps(identity)))


def _check_study(study: optuna.Study, identity: dict[str, Any]) -> None:
    for key, value in identity.items():
        if study.user_attrs.get(key, value) != value:
            raise InputError(
                f"study {study.study_name}: has another {key}; name a new `study`", "study"
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


def _check_folder(out: Path, study: str, identity: dict[str, Any]) -> None:
    """A folder belongs to one study: another's best recipe and pictures are not written over."""
    owner = out / OWNER
    if owner.exists():
        check_input_file(owner)
        name, _, rest = owner.read_text(encoding="utf-8", errors="replace").partition("\n")
        if name == study and rest == f"{json.dumps(identity)}\n":
            return
        # Of the same name: in another database.
        holds = f"another study called {study}" if name == study else f"study {name}"
    elif (out / BEST).exists():
        holds = "somebody else"
    else:
        return
    raise InputError(f"out {out}: holds what {holds} found; choose another folder", "out")


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
    folder.write_text("trials.csv", trial_table(trials).to_csv(index=False))
    table, epoch = by_hyperparameter(trials), shared_epoch(trials)
    folder.write_text("by-hyperparameter.csv", table.to_csv(index=False))
    folder.write_text("by-hyperparameter.md", to_markdown(table, epoch))
    save_figure(draw_importances(importances(trials), epoch), out / "importance.png")
    save_figure(draw_history(trials), out / "history.png")
    return Tuned(recipe, float(best.value or 0.0), dict(best.params), table)
