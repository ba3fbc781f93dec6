"""A training as a user asks for it, begun in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import keras

from fer_keras.architectures.registry import build
from fer_keras.data.face_data import SYNTHETIC, FaceData
from fer_keras.data.source import open_data
from fer_keras.errors import InputError
from fer_keras.models import ModelLike, find_model
from fer_keras.runs.config import describe_data, describe_environment, file_hash
from fer_keras.runs.loop import check_splits, load_start_weights
from fer_keras.runs.run import Report, Run, go_on
from fer_keras.runs.run_folder import (
    LOCK,
    RunFolder,
    check_new_run,
    new_run_folder,
    only_one_in,
)
from fer_keras.runs.teacher import check_teacher
from fer_keras.runs.time_budget import fit_to_budget
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe
from fer_keras.training.recipes import DEFAULT_ARCH, choose_recipe
from fer_keras.training.targets import training_targets


def train(
    data: FaceData | str | Path = SYNTHETIC,
    recipe: Recipe | str | Path = DEFAULT_ARCH,
    *,
    epochs: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    options: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    seed: int = 0,
    teacher: ModelLike | None = None,
    start_from: ModelLike | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    patience: int | None = None,
    tensorboard: bool = False,
    time_budget: float | None = None,
    precision: str = "float32",
    device: str | None = None,
    report: Report = print,
) -> Run:
    """Train a model in a new run folder; the best epoch on the validation split is kept.

    Args:
        data: from `open_data`, or what that takes.
        recipe: an architecture's name for its own recipe, a recipe file, or a `Recipe`.
        epochs, batch_size, learning_rate: instead of the recipe's.
        options: arguments of the architecture's builder, as `{"dropout": 0.3}`.
        out: the folder to make; None: the next free `runs/ARCH-N`.
        seed: of the weights, the order of the faces and their changes.
        teacher: a run or `.keras` file whose probabilities are part of the targets (a half, where
            the recipe does not say).
        start_from: a run or `.keras` file whose weights to begin with.
        callbacks: Keras' own or yours. `val_loss` and `val_accuracy` are in their logs, of the
            model that is judged and kept; `self.model` is the one that is being trained.
        patience: end after so many epochs without a better validation accuracy.
        tensorboard: whether to write `tensorboard/` into the run folder.
        time_budget: minutes; the epochs are planned to end within them. What a teacher is asked
            comes on top.
        precision: float32, mixed_bfloat16 or mixed_float16; the kept model is float32.
        device: cpu, gpu or gpu:N; None: the GPUs where there are any.
        report: called with each line that tells how it goes.

    Returns:
        The run: its history, its model, its folder.

    Raises:
        InputError: if something does not fit; no folder is left behind then.

    Examples:
        >>> import fer_keras as fk
        >>> data = fk.open_data("synthetic", sizes=(60, 20, 20))
        >>> run = fk.train(data, "mobile-s", epochs=1, out="runs/example")  # doctest: +SKIP
        >>> run.history["val_accuracy"].max()  # doctest: +SKIP
    """
    more: dict[str, Any] = {"batch_size": batch_size, "learning_rate": learning_rate}
    taught = teacher is not None
    chosen = choose_recipe(recipe, options=options, teacher=taught, epochs=epochs, **more)
    asked: dict[str, Any] = {"seed": seed, "patience": patience, "tensorboard": tensorboard}
    check_new_run(out=out, teacher=teacher, start_from=start_from, **asked)
    faces = data if isinstance(data, FaceData) else open_data(str(data), report=report)
    where = prepare_device(precision, device)
    files = {"teacher": _file(teacher), "start": _file(start_from)}
    _check(chosen, faces, files["teacher"], files["start"], callbacks)
    if time_budget is not None:
        chosen = fit_to_budget(chosen, faces, time_budget, where)
    folder = new_run_folder(None if out is None else Path(out), chosen.arch)
    config = {
        "recipe": chosen.to_json(),
        **asked,
        "precision": precision,
        "device": where.description,
        "device_choice": device,
        **_source("teacher", teacher, files["teacher"]),
        **_source("start", start_from, files["start"]),
        **describe_data(faces),
        **describe_environment(),
    }
    with _begun(folder, config):
        go_on(folder, faces, where, callbacks, report)
    return Run(folder.path, data=faces)


@contextmanager
def _begun(folder: RunFolder, config: Mapping[str, Any]) -> Iterator[None]:
    """Inside, the folder has its config.json and is ours; what fails at once leaves nothing."""
    with only_one_in(folder.path):
        if folder.config_file.exists():
            raise InputError(f"out {folder.path}: already there", "out")
        try:
            folder.write_config(dict(config))
            yield
        except Exception:
            _discard(folder)
            raise


def _check(
    recipe: Recipe,
    data: FaceData,
    teacher: Path | None,
    start_from: Path | None,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Refuse what can't be trained while there is no folder yet."""
    check_splits(data)
    classes = len(data.labels)
    recipe.augment()
    model = build(recipe.arch, classes, recipe.options)
    if start_from is not None:
        load_start_weights(model, start_from)
    if teacher is not None:
        check_teacher(teacher, data)
    elif recipe.teacher_weight:
        raise InputError("the recipe's teacher_weight needs a teacher; give `teacher` RUN")
    if recipe.votes_weight and data.split("train").votes is None:
        training_targets(data.split("train"), classes, recipe)
    setters = (keras.callbacks.ReduceLROnPlateau, keras.callbacks.LearningRateScheduler)
    for callback in callbacks:
        if isinstance(callback, setters) and recipe.schedule != "constant":
            raise InputError(
                f"callbacks: {type(callback).__name__} sets the learning rate, and so does the "
                f"recipe's {recipe.schedule} schedule; take a recipe whose schedule is constant",
                "callbacks",
            )


def _file(model: ModelLike | None) -> Path | None:
    return None if model is None else find_model(model, trainable=True)


def _source(name: str, model: ModelLike | None, file: Path | None) -> dict[str, str | None]:
    if model is None or file is None:
        return {name: None}
    path = Path(model)
    return {
        name: str((path if path.exists() else file).absolute()),
        f"{name}_sha256": file_hash(file),
    }


def _discard(folder: RunFolder) -> None:
    """Leave nothing of a run that failed before its first epoch ended."""
    if folder.last_state.exists() or folder.best_model.exists():
        return
    for file in (folder.config_file, folder.path / "model.txt", folder.path / LOCK):
        file.unlink(missing_ok=True)
    with suppress(OSError):  # where a callback left something
        folder.path.rmdir()
