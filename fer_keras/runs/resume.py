"""Going on with a run: from its start, from its last whole epoch, or beyond its end."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.data.source import open_again
from fer_keras.errors import InputError
from fer_keras.evaluation.scores import Scores, score
from fer_keras.figures import draw_confusion, draw_curves, save_figure
from fer_keras.models import Classifier, find_model
from fer_keras.runs.loop import epoch_planner, fit_run
from fer_keras.runs.provenance import check_same_data, data_origin, file_hash
from fer_keras.runs.run_folder import RunFolder, only_one_in
from fer_keras.runs.state import read_progress
from fer_keras.runs.teacher import plain_answers, same_view_answers
from fer_keras.training.device import Device, prepare_device
from fer_keras.training.recipe import Recipe, recipe_from_json

SPLIT = "validation"
"""The split by which the epoch was chosen. The test split is for `fer-keras evaluate`, once."""


def write_run_summary(path: Path, data: FaceData) -> Scores:
    """Score the best model of a run and leave the figures and pictures in its folder.

    Args:
        path: a run folder with best.keras and history.csv.
        data: what the run was trained on; its validation split is used.

    Returns:
        The scores on the validation split.

    Raises:
        InputError: if the folder or the split is missing.
    """
    run = RunFolder(path)
    split = data.split(SPLIT)
    scores = score(
        Classifier(run.best_model).probabilities(split.images, data.labels), split, data.labels
    )
    figures = {"split": SPLIT, "fingerprint": data.fingerprint, **scores.to_json()}
    run.write_text("metrics.json", json.dumps(figures, indent=2) + "\n")
    title = f"{path.name}: {SPLIT}, {scores.accuracy.value:.1%} of {len(split):,} faces"
    save_figure(draw_confusion(scores.confusion, data.labels, title), path / "confusion.png")
    save_figure(draw_curves({path.name: run.read_history()}), path / "curves.png")
    return scores


Report = Callable[[str], None]
"""Takes each line that tells a user how it goes."""


def resume(
    path: Path,
    *,
    epochs: int | None = None,
    data: FaceData | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    report: Report = print,
) -> None:
    """Go on with a run from its last whole epoch.

    Args:
        path: its folder.
        epochs: instead of the number that it was begun with, in all: a run that is finished is
            extended, its schedule stretched over them.
        data: the faces that it was begun with, where they came from no file.
        callbacks, report: as in `train`.

    Raises:
        InputError: if it is no run, its data has changed, or it has as many epochs already.
    """
    folder = RunFolder(path)
    folder.read_config()  # before a lock is left where no run is
    with only_one_in(folder.path):
        config = folder.read_config()
        faces = data or open_again(data_origin(folder), report)
        check_same_data(folder.path, config, faces)
        _check_state(folder)
        if epochs is not None:
            _extend(folder, config, epochs, report)
        where = prepare_device(config["precision"], config.get("device_choice"))
        keras.backend.clear_session()
        go_on(folder, faces, where, callbacks, report)


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
        raise InputError(
            f"epochs {epochs}: {folder.path} has {done} already; give more", argument="epochs"
        )
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
        InputError: if the teacher is another by now, or the training diverges.
    """
    config = folder.read_config()
    recipe = recipe_from_json(config["recipe"], str(folder.config_file))
    count = len(faces.split("train"))
    report(
        f"{recipe.arch} on {faces.source}: {recipe.epochs} epochs of {count:,} faces, on "
        f"{device.description}, {config['precision']}"
    )
    teacher = _teacher(folder, config, recipe, faces, device, report)
    progress = fit_run(
        recipe,
        faces,
        folder,
        seed=config["seed"],
        device=device,
        teacher=teacher,
        start_from=find_model(config["start"], trainable=True) if config.get("start") else None,
        callbacks=[*_tensorboard(folder, config), *callbacks, _Teller(recipe.epochs, report)],
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
    file = find_model(config["teacher"], trainable=True)
    if config.get("teacher_sha256", file_hash(file)) != file_hash(file):
        raise InputError(
            f"{folder.path}: {file} is not the teacher that the run began with; put that back, or "
            "train anew"
        )
    if recipe.teacher_view == "plain":
        return plain_answers(file, faces)
    done = read_progress(folder.last_state).epochs if folder.last_state.exists() else 0
    seed = config["seed"]
    plan = epoch_planner(recipe, faces.split("train").labels, seed)
    return same_view_answers(
        file, faces, recipe, seed, plan, range(done, recipe.epochs), device, report
    )


def _tensorboard(folder: RunFolder, config: Mapping[str, Any]) -> list[keras.callbacks.Callback]:
    if not config.get("tensorboard"):
        return []
    return [keras.callbacks.TensorBoard(str(folder.path / "tensorboard"))]


class _Teller(keras.callbacks.Callback):
    """A line for each epoch."""

    def __init__(self, epochs: int, report: Report) -> None:
        super().__init__()
        self.epochs, self.report = epochs, report

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Say how it went."""
        self.report(
            f"epoch {epoch + 1:>3}/{self.epochs}  "
            f"train loss {logs['loss']:.4f} accuracy {logs['accuracy']:.2%}  "
            f"validation loss {logs['val_loss']:.4f} accuracy {logs['val_accuracy']:.2%}"
        )
