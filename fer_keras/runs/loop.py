"""The training loop. It reads from top to bottom: an epoch is fitted, evaluated, kept, recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.architectures.registry import build
from fer_keras.data.batches import evaluation_batches, training_batches
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models.keras_file import save_model
from fer_keras.runs.run_folder import HISTORY_COLUMNS, RunFolder
from fer_keras.runs.start_weights import load_start_weights
from fer_keras.runs.state import Progress, load_state, save_state
from fer_keras.training.balance import drawing_rates
from fer_keras.training.batch_statistics import measured_statistics
from fer_keras.training.device import Device
from fer_keras.training.full_precision import full_precision
from fer_keras.training.optimizer import make_optimizer
from fer_keras.training.recipe import Recipe
from fer_keras.training.targets import plain_targets, training_targets
from fer_keras.training.weight_average import WeightAverage

EpochRow = dict[str, float]
"""One row of `history.csv`."""


def train(
    recipe: Recipe,
    data: FaceData,
    run: RunFolder,
    *,
    seed: int,
    device: Device,
    teacher: NDArray[np.float32] | None = None,
    start: Path | None = None,
    callbacks: list[keras.callbacks.Callback] | None = None,
    on_epoch: Callable[[EpochRow], None] | None = None,
) -> Progress:
    """Train in a run folder, from its start or from where its last state ends.

    Args:
        recipe: what to train, and how.
        data: faces with a train and a validation split.
        run: where the files go; an epoch that has ended is not trained again.
        seed: for the weights, the order of the faces and their random changes.
        device: from `prepare_device`.
        teacher: float32, (n, classes), a teacher's probabilities for the training split.
        start: a run folder or `.keras` file whose weights a new training begins with.
        callbacks: Keras callbacks for the fit, a progress display for instance.
        on_epoch: called with each row of the history; it may raise to stop (a pruned trial).

    Returns:
        How far it came, and the best validation accuracy.

    Raises:
        InputError: if a split is missing or empty, or the recipe can't be built.
    """
    classes = len(data.labels)
    training, validation = data.split("train"), data.split("validation")
    for name, split in (("train", training), ("validation", validation)):
        if not len(split):
            raise InputError(f"{data.source}: the {name} split has no faces")
    targets = training_targets(training, classes, recipe, teacher)
    rates = drawing_rates(training.labels, recipe.balance) if recipe.balance else None
    chosen = np.random.default_rng(seed).permutation(len(training))[: recipe.statistics]
    known_faces = training.images[np.sort(chosen)]
    validation_batches = evaluation_batches(validation.images, plain_targets(validation, classes))

    with device.scope:
        keras.utils.set_random_seed(seed)
        model = build(recipe.arch, classes, recipe.options)
        if start is not None and not run.last_state.exists():
            load_start_weights(model, start)
        optimizer = make_optimizer(recipe, steps_per_epoch=-(-len(training) // recipe.batch_size))
        optimizer.build(model.trainable_variables)
        _compile(model, optimizer)
        judged = full_precision(model, recipe, classes)
        if judged is not model:
            _compile(judged)
        average = WeightAverage(model, recipe.ema) if recipe.ema else None
        progress = Progress()
        if run.last_state.exists():
            progress = load_state(run.last_state, model, average)
    run.write_text("model.txt", _summary(model))
    history = run.read_history().iloc[: progress.epochs]

    for epoch in range(progress.epochs, recipe.epochs):
        started = time.perf_counter()
        _seed_dropout(model, seed, epoch)
        batches = training_batches(
            training.images,
            targets,
            batch_size=recipe.batch_size,
            augmentation=recipe.augment(),
            mixup=recipe.mixup,
            rates=rates,
            seed=seed,
            epoch=epoch,
        )
        followers = [*(callbacks or []), *([average] if average else [])]
        fitted = model.fit(
            batches,
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=followers,
        ).history

        with average.applied() if average else nullcontext():
            if judged is not model:
                judged.set_weights(model.get_weights())
            with measured_statistics(judged, known_faces) if len(known_faces) else nullcontext():
                val_loss, val_accuracy = judged.evaluate(validation_batches, verbose=0)
                if val_accuracy > progress.best_accuracy:
                    save_model(judged, data.labels, run.best_model)

        row: EpochRow = {
            "epoch": epoch + 1,
            "loss": float(fitted["loss"][0]),
            "accuracy": float(fitted["accuracy"][0]),
            "val_loss": float(val_loss),
            "val_accuracy": float(val_accuracy),
            "learning_rate": float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)),
            "seconds": round(time.perf_counter() - started, 3),
        }
        table = pd.DataFrame([row], columns=list(HISTORY_COLUMNS))
        history = table if history.empty else pd.concat([history, table], ignore_index=True)
        run.write_history(history)
        progress = Progress(epoch + 1, max(progress.best_accuracy, float(val_accuracy)))
        # The state comes last: whatever was written before it is written again after a kill.
        save_state(run.last_state, model, progress, average)
        if on_epoch:
            on_epoch(row)
    return progress


def _compile(model: keras.Model, optimizer: keras.optimizers.Optimizer | str = "sgd") -> None:
    """Give it the loss and the accuracy that history.csv holds; a judged twin never steps."""
    model.compile(
        optimizer,
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )


def _seed_dropout(model: keras.Model, seed: int, epoch: int) -> None:
    """Make what dropout draws in an epoch depend on the seed and the epoch alone.

    Keras does not keep these states in its files: without this a resumed training would differ.
    """
    states = [v for v in model.variables if v.path.endswith("seed_generator_state")]
    for index, state in enumerate(states):
        random = np.random.default_rng((seed, epoch, index))
        state.assign(random.integers(0, 2**31, size=2).astype("uint32"))


def _summary(model: Any) -> str:
    lines: list[str] = []
    model.summary(line_length=100, print_fn=lambda line, **_: lines.append(line))
    return "\n".join(lines) + "\n"
