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


@contextmanager
def measured_statistics(model: keras.Model, images: NDArray[np.uint8]) -> Iterator[None]:
    """Inside, the model's batch norms know `images`; outside, what they knew before.

    Args:
        model: changed in place.
        images: uint8, (n, 48, 48, 1), unchanged faces; a few thousand are enough.
    """
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    statistics = [
        [keras.ops.convert_to_numpy(value) for value in (layer.moving_mean, layer.moving_variance)]
        for layer in layers
    ]
    try:
        for number, first in enumerate(range(0, len(images), BATCH)):
            for layer in layers:
                layer.momentum = number / (number + 1)  # so that every batch counts alike
            model(images[first : first + BATCH].astype(np.float32), training=True)
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
        yield
    finally:
        for layer, momentum, (mean, variance) in zip(layers, momenta, statistics, strict=True):
            layer.momentum = momentum
            layer.moving_mean.assign(mean)
            layer.moving_variance.assign(variance)
