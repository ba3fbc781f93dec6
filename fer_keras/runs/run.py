"""A training as an object: what `fer_keras.train` returns, and any run folder; it can go on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.data.face_data import FaceData
from fer_keras.data.source import open_again
from fer_keras.errors import InputError
from fer_keras.models import find_model
from fer_keras.runs.config import check_same_data, describe_environment, file_hash
from fer_keras.runs.run_folder import RunFolder, data_origin, known_data, only_one_in, read_progress
from fer_keras.training.recipe import Recipe, recipe_from_json

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from fer_keras.evaluation.scores import Scores
    from fer_keras.training.device import Device

Report = Callable[[str], None]
"""Takes each line that tells a user how it goes."""


class Run:
    """A run folder: what was trained, how it went, what came out.

    Args:
        path: the folder, as `train` made it.
        data: its data, where that is open already; else it is opened when it is needed.

    Attributes:
        path: the folder.

    Raises:
        InputError: if this is no run folder.

    Examples:
        >>> import fer_keras as fk
        >>> run = fk.Run("runs/mobile-s-1")  # doctest: +SKIP
        >>> run.history, run.labels, run.export(["int8"])  # doctest: +SKIP
    """

    def __init__(self, path: str | Path, *, data: FaceData | None = None) -> None:
        self.path = Path(path)
        self.folder.read_config()
        self._data = data

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def __fspath__(self) -> str:
        return str(self.path)

    @property
    def folder(self) -> RunFolder:
        """Its files."""
        return RunFolder(self.path)

    @property
    def config(self) -> dict[str, Any]:
        """What config.json holds: recipe, seed, data, versions."""
        return self.folder.read_config()

    @property
    def recipe(self) -> Recipe:
        """How it was trained."""
        return recipe_from_json(self.config["recipe"], str(self.folder.config_file))

    @property
    def history(self) -> pd.DataFrame:
        """A row for each epoch: epoch, loss, accuracy, val_loss, val_accuracy, ..."""
        return self.folder.read_history()

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the model's outputs."""
        return tuple(self.config["labels"])

    @property
    def model(self) -> keras.Model:
        """The model of the best epoch: from float32 (n, 48, 48, 1), 0 to 255, to probabilities.

        Raises:
            InputError: if no epoch has ended yet.
        """
        from fer_keras.models.keras_file import load_model

        return load_model(self.folder.best_model)[0]

    @property
    def data(self) -> FaceData:
        """The faces that it was trained on.

        Raises:
            InputError: if they can't be opened any more.
        """
        if self._data is None:
            self._data = known_data(self.path)
        return self._data

    def evaluate(self, split: str = "validation", data: FaceData | None = None) -> Scores:
        """Judge the best model.

        Args:
            split: train, validation or test.
            data: other faces than the run's own.

        Raises:
            InputError: if there is no such split, or its labels are others.
        """
        from fer_keras.evaluation.judging import judge

        return judge([self], data or self.data, split)[0].scores

    def export(
        self,
        formats: Sequence[str] = ("float32", "float16", "dynamic", "int8"),
        out: str | Path | None = None,
        **options: Any,
    ) -> list[Path]:
        """Write TFLite files for phones, each compared with the Keras model.

        Args:
            formats: some of float32, float16, dynamic, int8.
            out: the folder; None: `export` in the run's.
            options: as `fer_keras.export.exporting.export_model` has them.

        Returns:
            The files.

        Raises:
            InputError: if a format is unknown.
        """
        from fer_keras.export.exporting import export_model

        folder = self.path / "export" if out is None else Path(out)
        report = export_model(self.folder.best_model, self.data, folder, tuple(formats), **options)
        return [folder / file["file"] for file in report["files"]]

    def resume(
        self,
        epochs: int | None = None,
        *,
        device: str | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        report: Report = print,
    ) -> Run:
        """Go on from the last whole epoch.

        Args:
            epochs: instead of the number that it was begun with, in all: a run that is finished is
                extended, its schedule stretched over them.
            device: as in `train`; None: the one that it was told to take.
            callbacks, report: as in `train`.

        Raises:
            InputError: if its data has changed, or it has as many epochs already.
        """
        from fer_keras.training.device import prepare_device

        folder = self.folder
        with only_one_in(self.path):
            config = folder.read_config()
            faces = self._data or open_again(data_origin(folder), report)
            check_same_data(self.path, config, faces)
            _check_state(folder)
            place = {**config, **config.get("resumed", [{}])[-1]}
            device = device or place.get("device_choice")
            where = prepare_device(config["precision"], device)
            if epochs is not None:
                _extend(folder, config, epochs, report)
            now = {"device": where.description, "device_choice": device, **describe_environment()}
            _note_place(folder, config, place, now)
            go_on(folder, faces, where, callbacks, report)
        return self


def _check_state(folder: RunFolder) -> None:
    """Refuse to train anew over what a run has found: only its first epoch may lack a state."""
    if folder.last_state.exists() or not folder.history_file.exists():
        return
    if len(folder.read_history()) > 1:
        raise InputError(
            f"{folder.last_state}: is missing, without which nothing goes on from where it ended; "
            "put it back, or train anew in another folder"
        )


def _extend(folder: RunFolder, config: dict[str, Any], epochs: int, report: Report) -> None:
    recipe = recipe_from_json(config["recipe"], str(folder.config_file))
    done = read_progress(folder.last_state).epochs if folder.last_state.exists() else 0
    if epochs <= done:
        raise InputError(f"epochs {epochs}: {folder.path} has {done} already; give more", "epochs")
    if epochs == recipe.epochs:
        return
    if recipe.schedule != "constant":
        report(
            f"the {recipe.schedule} schedule of {recipe.epochs} epochs is stretched over {epochs}, "
            f"from epoch {done + 1} on"
        )
    config["extended"] = [*config.get("extended", []), {"after": done, "from": recipe.epochs}]
    config["recipe"] = dataclasses.replace(recipe, epochs=epochs).to_json()
    folder.write_config(config)


def _note_place(
    folder: RunFolder, config: dict[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> None:
    """Note on what a run goes on, where that is not what it was on: config.json is to be true."""
    if all(before.get(what) == value for what, value in now.items()):
        return
    done = read_progress(folder.last_state).epochs if folder.last_state.exists() else 0
    if done < config["recipe"]["epochs"]:
        config["resumed"] = [*config.get("resumed", []), {"after": done, **now}]
        folder.write_config(config)


def go_on(
    folder: RunFolder,
    faces: FaceData,
    device: Device,
    callbacks: Sequence[keras.callbacks.Callback],
    report: Report,
) -> None:
    """Train the epochs that are left, and judge the best model.

    Args:
        folder: with its config.json; the caller holds its lock.
        faces: its data.
        device: where to train.
        callbacks, report: as in `train`.

    Raises:
        InputError: if the teacher or the start is another by now, or the training diverges.
    """
    from fer_keras.runs.judge import Teller, write_run_summary
    from fer_keras.runs.loop import fit_run
    from fer_keras.training.device import own_session

    config = folder.read_config()
    recipe = recipe_from_json(config["recipe"], str(folder.config_file))
    count = len(faces.split("train"))
    report(
        f"{recipe.arch} on {faces.source}: {recipe.epochs} epochs of {count:,} faces, on "
        f"{device.description}, {config['precision']}"
    )
    with own_session(), device.scope():
        teacher = _teacher(folder, config, recipe, faces, device, report)
        progress = fit_run(
            recipe,
            faces,
            folder,
            seed=config["seed"],
            device=device,
            teacher=teacher,
            start_from=_start(folder, config),
            callbacks=[*_tensorboard(folder, config), *callbacks, Teller(recipe.epochs, report)],
            patience=config.get("patience"),
        )
    write_run_summary(folder.path, faces)
    report(f"best validation accuracy {progress.best_accuracy:.2%}; model: {folder.best_model}")
    report(f"run folder: {folder.path}")


def _teacher(
    folder: RunFolder,
    config: Mapping[str, Any],
    recipe: Recipe,
    faces: FaceData,
    device: Device,
    report: Report,
) -> Any:
    if not config["teacher"]:
        return None
    file = _as_noted(folder, config, "teacher")
    from fer_keras.runs.loop import epoch_planner
    from fer_keras.runs.teacher import plain_answers, same_view_answers

    if recipe.teacher_view == "plain":
        return plain_answers(file, faces)
    done = read_progress(folder.last_state).epochs if folder.last_state.exists() else 0
    seed = config["seed"]
    plan = epoch_planner(recipe, faces.split("train").labels, seed)
    return same_view_answers(
        file, faces, recipe, seed, plan, range(done, recipe.epochs), device, report
    )


def _start(folder: RunFolder, config: Mapping[str, Any]) -> Path | None:
    """The weights to begin with, where it has yet to begin."""
    if not config.get("start") or folder.last_state.exists():
        return None
    return _as_noted(folder, config, "start")


def _as_noted(folder: RunFolder, config: Mapping[str, Any], role: str) -> Path:
    """The file of a model that config.json names, with the hash that stands there."""
    file = find_model(config[role], trainable=True)
    if config.get(f"{role}_sha256", file_hash(file)) != file_hash(file):
        raise InputError(
            f"{folder.path}: {file} is not the {role} that the run began with; put that back, or "
            "train anew"
        )
    return file


def _tensorboard(folder: RunFolder, config: Mapping[str, Any]) -> list[keras.callbacks.Callback]:
    if not config.get("tensorboard"):
        return []
    import keras

    return [keras.callbacks.TensorBoard(str(folder.path / "tensorboard"))]
