"""Batch normalisation's statistics, measured for the weights and the faces that they will meet.

The running ones belong to other weights than the averaged ones that are kept, and to changed faces:
augmentation shifts brightness and contrast, which the faces to be recognised are spared. Measured
anew they cost a forward pass (Wu and Johnson 2021, "Rethinking Batch in BatchNorm").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from numpy.typing import NDArray

BATCH = 512


def measure_statistics(model: keras.Model, images: NDArray[np.uint8]) -> None:
    """Give the model's batch norms the mean and variance that these faces have in it.

    Dropout is off meanwhile, as it is when the model is used: on, it made the variances behind it
    up to four times too large.

    Args:
        model: changed in place.
        images: uint8, (n, 48, 48, 1), unchanged faces; a few thousand are enough.
    """
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    try:
        with _no_dropout(model):
            for number, first in enumerate(range(0, len(images), BATCH)):
                for layer in layers:
                    layer.momentum = number / (number + 1)  # so that every batch counts alike
                model(images[first : first + BATCH].astype(np.float32), training=True)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum


@contextmanager
def _no_dropout(model: keras.Model) -> Iterator[None]:
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    rates = [layer.rate for layer in layers]
    try:
        for layer in layers:
            layer.rate = 0.0
        yield
    finally:
        for layer, rate in zip(layers, rates, strict=True):
            layer.rate = rate
