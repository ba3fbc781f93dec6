"""The training of a run, from its start or from where its last state ends: one `fit`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fer_keras.architectures.registry import build
from fer_keras.data.batches import Answers, EpochPlan, evaluation_batches, plan_epoch
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model
from fer_keras.runs.judge import (
    Judge,
    StateKeeper,
    build_twin,
    compile_model,
    ran_out_of_patience,
)
from fer_keras.runs.run_folder import Progress, RunFolder, load_state
from fer_keras.training.device import Device
from fer_keras.training.faces_on_device import beside_faces, feed
from fer_keras.training.fused_batch_norm import fuse_batch_norm
from fer_keras.training.optimizer import make_optimizer
from fer_keras.training.recipe import Recipe
from fer_keras.training.targets import drawing_rates, plain_targets, training_targets
from fer_keras.training.weight_average import WeightAverage


def fit_run(
    recipe: Recipe,
    data: FaceData,
    run: RunFolder,
    *,
    seed: int,
    device: Device,
    teacher: NDArray[np.float32] | Answers | None = None,
    start_from: Path | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    patience: int | None = None,
) -> Progress:
    """Train in a run folder.

    Args:
        recipe: what to train, and how.
        data: faces with a train and a validation split.
        run: where the files go; an epoch that has ended is not trained again.
        seed: for the weights, the order of the faces and their random changes.
        device: from `prepare_device`.
        teacher: a teacher's probabilities for the training split: float32, (n, classes), of its
            unchanged faces, or by epoch, of the faces as they are shown.
        start_from: a run folder or `.keras` file whose weights a new training begins with.
        callbacks: Keras' or the user's own; they find `val_loss` and `val_accuracy` in the logs.
        patience: epochs without a better validation accuracy after which it ends, or None.

    Returns:
        How far it came, and the best validation accuracy.

    Raises:
        InputError: if a split is missing or empty, the recipe can't be built, or the loss ceases
            to be a number.
    """
    check_splits(data)
    training, validation = data.split("train"), data.split("validation")
    classes, steps = len(data.labels), -(-len(training) // recipe.batch_size)
    answers, teacher = (teacher, None) if callable(teacher) else (None, teacher)
    targets = training_targets(training, classes, recipe, teacher)
    with device.scope():
        keras.utils.set_random_seed(seed)
        model, resumed = build(recipe.arch, classes, recipe.options), run.last_state.exists()
        if start_from is not None and not resumed:
            load_start_weights(model, start_from)
        fitted = _compiled(model, training.images, recipe, steps, device)
        average = WeightAverage(model, recipe.ema_decay, fitted) if recipe.ema_decay else None
        progress = load_state(run.last_state, model, average) if resumed else Progress()
        left = range(progress.epochs, recipe.epochs)
        done = run.read_history().iloc[: progress.epochs]
        if not left or ran_out_of_patience(done, patience):
            return progress
        run.write_text("model.txt", _summary(model))
        judge = Judge(
            run,
            build_twin(recipe, classes),
            data.labels,
            evaluation_batches(validation.images, plain_targets(validation, classes)),
            _known_faces(training.images, recipe.precise_bn, seed),
            average,
            progress,
            patience,
        )
        keeper = StateKeeper(judge)
        plan = epoch_planner(recipe, training.labels, seed)
        fitted.fit(
            feed(fitted, training.images, targets, recipe, epochs=left, plan=plan, answers=answers),
            initial_epoch=progress.epochs,
            epochs=recipe.epochs,
            steps_per_epoch=steps,
            shuffle=False,
            verbose=0,
            callbacks=_CallbackList(
                [_DropoutSeeds(seed), *filter(None, [average]), judge, *callbacks, keeper],
                add_history=True,
                model=model,
                epochs=recipe.epochs,
                steps=steps,
            ),
        )
    return judge.progress


def _compiled(
    model: keras.Model, images: NDArray[np.uint8], recipe: Recipe, steps: int, device: Device
) -> keras.Model:
    """What `fit` is called on: the model, compiled, or one that holds it and the faces."""
    fuse_batch_norm(model)
    compile_model(model, make_optimizer(recipe, steps_per_epoch=steps))
    # In float16 Keras has put it into one that scales the loss, with numbers to be kept, too.
    model.optimizer.build(model.trainable_variables)
    fitted = beside_faces(model, images, recipe, device)
    if fitted is not model:
        compile_model(fitted, model.optimizer)
    return fitted


def load_start_weights(model: keras.Model, start: Path) -> None:
    """Copy the weights of a trained model of the same architecture.

    Where that model tells other emotions apart, its last layer is left out: the new one keeps the
    values it was made with.

    Args:
        model: changed in place.
        start: a run folder or a `.keras` file.

    Raises:
        InputError: if the two are built differently.
    """
    file = RunFolder(start).best_model if start.is_dir() else start
    trained, labels = load_model(file)
    layers = [layer for layer in model.layers if layer.weights]
    trained_layers = [layer for layer in trained.layers if layer.weights]
    if len(labels) != model.output_shape[-1]:
        layers, trained_layers = layers[:-1], trained_layers[:-1]
    if [_shapes(layer) for layer in layers] != [_shapes(layer) for layer in trained_layers]:
        raise InputError(
            f"start_from {start}: its layers are not those that `arch` and `option` ask for; "
            "give the ones that it was trained with",
            "start_from",
        )
    for layer, trained_layer in zip(layers, trained_layers, strict=True):
        layer.set_weights(trained_layer.get_weights())


def _shapes(layer: keras.Layer) -> list[tuple[int, ...]]:
    return [tuple(weight.shape) for weight in layer.weights]


def check_splits(data: FaceData) -> None:
    """Make sure that there is something to train and to judge on.

    Raises:
        InputError: if a split is missing or empty.
    """
    for name in ("train", "validation"):
        if not len(data.split(name)):
            raise InputError(f"{data.source}: the {name} split has no faces")


def epoch_planner(
    recipe: Recipe, labels: NDArray[np.int64], seed: int
) -> Callable[[int], EpochPlan]:
    """`plan_epoch` for a training: a function of the epoch's number alone."""
    rates = drawing_rates(labels, recipe.balance) if recipe.balance else None
    return lambda epoch: plan_epoch(
        len(labels),
        seed=seed,
        epoch=recipe.view(epoch),
        rates=rates,
        alternate_mirror=recipe.mirror == "alternating",
    )


def _known_faces(images: NDArray[np.uint8], count: int, seed: int) -> NDArray[np.uint8]:
    chosen = np.random.default_rng(seed).permutation(len(images))[:count]
    return images[np.sort(chosen)]


class _CallbackList(keras.callbacks.CallbackList):
    """Hands our own callbacks a step's logs as they are, still being computed.

    Keras makes numbers of them after every step, and a GPU stands still meanwhile.
    """

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell each callback that looks at steps; those that are not ours get numbers."""
        numbers: dict[str, float] | None = None
        for callback in self.callbacks:
            if isinstance(callback, WeightAverage | Judge):
                callback.on_train_batch_end(batch, logs)
            elif _looks_at_steps(callback):
                if numbers is None:
                    numbers = {name: float(value) for name, value in (logs or {}).items()}
                callback.on_train_batch_end(batch, numbers)


def _looks_at_steps(callback: keras.callbacks.Callback) -> bool:
    usual = keras.callbacks.Callback
    return any(
        getattr(getattr(callback, name), "__func__", None) is not getattr(usual, name)
        for name in ("on_train_batch_end", "on_batch_end")
    )


class _DropoutSeeds(keras.callbacks.Callback):
    """Makes what dropout draws in an epoch depend on the seed and the epoch alone.

    Keras does not keep these states in its files: without this a resumed training would differ.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Seed the generators."""
        states = [v for v in self.model.variables if v.path.endswith("seed_generator_state")]
        for index, state in enumerate(states):
            random = np.random.default_rng((self.seed, epoch, index))
            state.assign(random.integers(0, 2**31, size=2).astype("uint32"))


def _summary(model: Any) -> str:
    lines: list[str] = []
    model.summary(line_length=100, print_fn=lambda line, **_: lines.append(line))
    return "\n".join(lines) + "\n"
