"""The search of section 3.2 as an Optuna study that several processes can share."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import optuna

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.runs.loop import train
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.search_space import Dimension
from fer_keras.training.device import Device
from fer_keras.training.recipe import Recipe

FINISHED = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
HEARTBEAT = 5
"""Seconds between a living trial's signs of life; after three without one it counts as failed."""


def open_study(storage: str, name: str) -> optuna.Study:
    """The study in a database, made where it is not there yet.

    Args:
        storage: a URL that Optuna takes, or a file's path (SQLite).
        name: the study's name.

    Raises:
        InputError: if the database can't be opened.
    """
    url = storage if "://" in storage else f"sqlite:///{Path(storage).absolute()}"
    try:
        if "://" not in storage:
            Path(storage).absolute().parent.mkdir(parents=True, exist_ok=True)
        database = optuna.storages.RDBStorage(
            url, heartbeat_interval=HEARTBEAT, grace_period=3 * HEARTBEAT
        )
        return optuna.create_study(
            study_name=name,
            storage=database,
            load_if_exists=True,
            direction="maximize",
            sampler=optuna.samplers.TPESampler(),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1),
        )
    except Exception as error:  # SQLAlchemy's errors depend on the driver
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"storage {storage}: can't be opened ({reason})", argument="storage"
        ) from error


def finished_trials(study: optuna.Study) -> int:
    """How many trials have ended with a result, pruned ones too."""
    return len(study.get_trials(deepcopy=False, states=FINISHED))


def recipe_of(trial: optuna.trial.BaseTrial, base: Recipe, space: Sequence[Dimension]) -> Recipe:
    """The recipe that a trial's values make of `base`."""
    options = dict(base.options)
    rate = base.learning_rate
    for dimension in space:
        if dimension.field is None:
            low, high = dimension.choices
            rate = trial.suggest_float(dimension.name, low, high, log=True)
        else:
            choice = trial.suggest_categorical(dimension.name, dimension.choices)
            options[dimension.field] = dimension.value(choice)
    return dataclasses.replace(base, options=options, learning_rate=rate)


def search(
    study: optuna.Study,
    base: Recipe,
    space: Sequence[Dimension],
    data: FaceData,
    device: Device,
    trials: int,
    seed: int,
    on_trial: Callable[[optuna.trial.FrozenTrial], None],
) -> None:
    """Run trials until the study has `trials` finished ones, whoever ran them.

    Args:
        study: from `open_study`.
        base: what every trial starts from.
        space: what varies.
        data: faces with a train and a validation split; the objective is validation accuracy.
        device: from `prepare_device`.
        trials: finished trials wanted in all.
        seed: of the trainings.
        on_trial: called with each trial that ended here.
    """

    def objective(trial: optuna.Trial) -> float:
        recipe = recipe_of(trial, base, space)
        keras.backend.clear_session()

        def report(row: dict[str, float]) -> None:
            trial.report(row["val_accuracy"], int(row["epoch"]))
            if not math.isfinite(row["loss"]) or trial.should_prune():
                raise optuna.TrialPruned

        with TemporaryDirectory(prefix="fer-keras-trial-") as folder:
            try:
                progress = train(
                    recipe,
                    data,
                    RunFolder(Path(folder)),
                    seed=seed,
                    device=device,
                    on_epoch=report,
                )
            except InputError as error:  # these sizes leave nothing of the picture
                trial.set_user_attr("impossible", str(error))
                raise optuna.TrialPruned from error
        return progress.best_accuracy

    while finished_trials(study) < trials:
        study.optimize(
            objective, n_trials=1, callbacks=[lambda _, trial: on_trial(trial)], gc_after_trial=True
        )
