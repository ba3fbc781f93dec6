"""Planning a schedule that ends within a number of minutes."""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np

from fer_keras.architectures.registry import build
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.runs.loop import epoch_planner
from fer_keras.training.device import Device
from fer_keras.training.faces_on_device import beside_faces, feed
from fer_keras.training.fused_batch_norm import fuse_batch_norm
from fer_keras.training.optimizer import make_optimizer
from fer_keras.training.recipe import Recipe

TRIAL_STEPS = 10
PLANNED = 0.9
"""Share of the time that is planned: the rest is for files and a machine that slows."""


def fit_to_budget(recipe: Recipe, data: FaceData, minutes: float, device: Device) -> Recipe:
    """The recipe with as many epochs as fit, at most its own number.

    Some steps are timed on a model that is thrown away. Warm-up shrinks with the epochs; a cosine
    ends with the last of them.

    Args:
        recipe: what is to be trained.
        data: what it is trained and judged on.
        minutes: wall-clock time from now.
        device: from `prepare_device`.

    Raises:
        InputError: if not even one epoch fits.
    """
    if not 0 < minutes < math.inf:
        raise InputError(f"time_budget {minutes:g}: take minutes above 0", "time_budget")
    started = time.perf_counter()
    training, classes = data.split("train"), len(data.labels)
    # These pass through the model after each epoch, to judge it; measuring what batch norm sees
    # takes nearly twice as long as recognising.
    evaluated = len(data.split("validation")) + 2 * recipe.precise_bn
    steps_per_epoch = -(-len(training) // recipe.batch_size)
    faces = training.take(slice(0, recipe.batch_size * TRIAL_STEPS))
    targets = np.full((len(faces), classes), 1 / classes, dtype=np.float32)
    with device.scope():
        model = build(recipe.arch, classes, recipe.options)
        fuse_batch_norm(model)
        fitted = beside_faces(model, faces.images, recipe, device)
        fitted.compile(make_optimizer(recipe, steps_per_epoch), "categorical_crossentropy")
        batches = feed(
            fitted,
            faces.images,
            targets,
            recipe,
            epochs=(0,),
            plan=epoch_planner(recipe, faces.labels, seed=0),
        )
        pixels = faces.images.astype(np.float32)
        fitted.fit(batches, verbose=0, shuffle=False)  # compiles
        model.predict(pixels, verbose=0)
        begun = time.perf_counter()
        fitted.fit(batches, verbose=0, shuffle=False)
        trained = time.perf_counter()
        model.predict(pixels, verbose=0)
        ended = time.perf_counter()
    steps = -(-len(faces) // recipe.batch_size)
    epoch_seconds = (trained - begun) / steps * steps_per_epoch
    epoch_seconds += (ended - trained) / len(faces) * evaluated
    left = minutes * 60 - (ended - started)
    compiling = (begun - started) - (ended - begun)
    epochs = min(recipe.epochs, int((left - compiling) * PLANNED / epoch_seconds))
    if epochs < 1:
        raise InputError(
            f"time_budget {minutes:g}: one epoch takes about {epoch_seconds / 60:.1f} minutes "
            "here; give more time or a smaller `arch`",
            "time_budget",
        )
    warmup = min(recipe.warmup_epochs, epochs / 10)
    return dataclasses.replace(recipe, epochs=epochs, warmup_epochs=warmup)
