"""Judging, at the end of an epoch and of a training: the best model is kept, its figures written.

What is judged and kept is a twin of the model that is trained: it has the running mean of the
weights, batch normalisation measured for them, and computes in float32 whatever precision the
training computes in. A file saved from a mixed model would compute in 16 bits wherever it is
loaded, and TFLite's converter would follow it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.architectures.registry import build
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.scores import Scores, score
from fer_keras.figures import draw_confusion, draw_curves, save_figure
from fer_keras.models.keras_file import KerasNetwork, save_model
from fer_keras.models.model_file import read_labels
from fer_keras.runs.run_folder import HISTORY_COLUMNS, Progress, RunFolder, save_state
from fer_keras.training.precise_batch_norm import measure_statistics
from fer_keras.training.recipe import Recipe
from fer_keras.training.weight_average import WeightAverage

SPLIT = "validation"
"""The split by which the epoch was chosen. The test split is for `fer-keras evaluate`, once."""

LOOKED_AT = 50
"""Steps from one look at the loss to the next: on a GPU each look waits for the step to end."""


def build_twin(recipe: Recipe, classes: int) -> keras.Model:
    """A float32 model as the recipe builds it, whatever the precision that is set; compiled."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        twin = build(recipe.arch, classes, recipe.options)
    finally:
        keras.config.set_dtype_policy(policy)
    compile_model(twin, "sgd")  # it never takes a step
    return twin


def compile_model(model: keras.Model, optimizer: keras.optimizers.Optimizer | str) -> None:
    """Give a model the loss and the accuracy that history.csv holds."""
    model.compile(
        optimizer,
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )


class Judge(keras.callbacks.Callback):
    """Adds `val_loss` and `val_accuracy` to an epoch's logs, for the callbacks that follow it.

    Args:
        run: where best.keras and history.csv go.
        twin: from `build_twin`.
        labels: class names, saved with the model.
        validation: batches of the validation split.
        known_faces: uint8, (n, 48, 48, 1), for batch normalisation; none keeps the running ones.
        average: the running mean of the weights, or None.
        progress: how far the training has come.
        patience: epochs without a better accuracy after which the training ends, or None.

    Attributes:
        progress: kept up to date.
    """

    def __init__(
        self,
        run: RunFolder,
        twin: keras.Model,
        labels: tuple[str, ...],
        validation: Any,
        known_faces: NDArray[np.uint8],
        average: WeightAverage | None,
        progress: Progress,
        patience: int | None,
    ) -> None:
        super().__init__()
        self.run, self.twin, self.labels = run, twin, labels
        self.validation, self.known_faces = validation, known_faces
        self.average, self.progress, self.patience = average, progress, patience
        self._history = run.read_history().iloc[: progress.epochs]
        self._started = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock."""
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Stop a training that has diverged."""
        if logs and batch % LOOKED_AT == 0:
            self._check(float(logs["loss"]))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Judge, keep, record."""
        self._check(float(logs["loss"]))
        self.twin.set_weights(self.model.get_weights())
        if self.average:
            self.average.copy_to(self.twin)
        if len(self.known_faces):
            measure_statistics(self.twin, self.known_faces)
        val_loss, val_accuracy = map(float, self.twin.evaluate(self.validation, verbose=0))
        self._check(val_loss)
        if val_accuracy > self.progress.best_accuracy:
            save_model(self.twin, self.labels, self.run.best_model)
        logs["val_loss"], logs["val_accuracy"] = val_loss, val_accuracy
        row = {
            "epoch": epoch + 1,
            "loss": float(logs["loss"]),
            "accuracy": float(logs["accuracy"]),
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
            "learning_rate": float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            "seconds": round(time.perf_counter() - self._started, 3),
        }
        table = pd.DataFrame([row], columns=list(HISTORY_COLUMNS))
        self._history = (
            table if self._history.empty else pd.concat([self._history, table], ignore_index=True)
        )
        self.run.write_history(self._history)
        self.progress = Progress(epoch + 1, max(self.progress.best_accuracy, val_accuracy))
        if ran_out_of_patience(self._history, self.patience):
            self.model.stop_training = True

    def _check(self, loss: float) -> None:
        if math.isfinite(loss):
            return
        kept = (
            f"the best model of {self.progress.epochs} epochs is kept in {self.run.best_model}"
            if self.progress.epochs
            else "no model is kept"
        )
        raise InputError(
            f"{self.run.path}: the loss is no longer a number in epoch {self.progress.epochs + 1}; "
            f"{kept}; train anew with a smaller `learning_rate`"
        )


class StateKeeper(keras.callbacks.Callback):
    """Writes the state of an epoch last: what was written before it is written again after a kill.

    It stands behind the user's callbacks, which may have changed the learning rate.
    """

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write last.npz."""
        save_state(self.judge.run.last_state, self.model, self.judge.progress, self.judge.average)


def ran_out_of_patience(history: pd.DataFrame, patience: int | None) -> bool:
    """Whether the best of these epochs lies that many epochs back."""
    if patience is None or history.empty:
        return False
    return len(history) - 1 - int(history["val_accuracy"].to_numpy().argmax()) >= patience


class Teller(keras.callbacks.Callback):
    """A line for each epoch."""

    def __init__(self, epochs: int, report: Callable[[str], None]) -> None:
        super().__init__()
        self.epochs, self.report = epochs, report

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Say how it went."""
        self.report(
            f"epoch {epoch + 1:>3}/{self.epochs}  "
            f"train loss {logs['loss']:.4f} accuracy {logs['accuracy']:.2%}  "
            f"validation loss {logs['val_loss']:.4f} accuracy {logs['val_accuracy']:.2%}"
        )


def write_run_summary(path: Path, data: FaceData) -> Scores:
    """Score the best model of a run and leave the figures and pictures in its folder.

    Args:
        path: a run folder with best.keras and history.csv.
        data: what the run was trained on; its validation split is used.

    Returns:
        The scores on the validation split.

    Raises:
        InputError: if the folder or the split is missing, or the model has other labels.
    """
    run = RunFolder(path)
    split = data.split(SPLIT)
    labels = read_labels(run.best_model)
    if labels != data.labels:  # its outputs would count as other classes
        raise InputError(
            f"{run.best_model}: its labels are {', '.join(labels)}, the data's are "
            f"{', '.join(data.labels)}; put the run's own file back"
        )
    answers = KerasNetwork(run.best_model)(split.images.astype(np.float32))
    scores = score(answers, split, data.labels)
    figures = {"split": SPLIT, "fingerprint": data.fingerprint, **scores.to_json()}
    run.write_text("metrics.json", json.dumps(figures, indent=2) + "\n")
    title = f"{path.name}: {SPLIT}, {scores.accuracy.value:.1%} of {len(split):,} faces"
    save_figure(draw_confusion(scores.confusion, data.labels, title), path / "confusion.png")
    save_figure(draw_curves({path.name: run.read_history()}), path / "curves.png")
    return scores
