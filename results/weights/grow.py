"""Grow a trained mobile-s into a larger one that computes the same.

    python results/weights/grow.py runs/mobile-s-five/best.keras runs/mobile-s-grown.keras

The larger one has a third residual block of 24 filters, and 52 filters instead of 48 in the last.
The new block begins as the identity (its last batch norm's scale is 0) and no old feature listens
to a new filter (those weights are 0), so training goes on from where it ended (Chen et al. 2016,
Net2Net).
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from fer_keras.architectures.registry import build
from fer_keras.models.keras_file import load_model, save_model

NEW_BLOCK = 2
"""Its place among the blocks."""


def grow(small: keras.Model, large: keras.Model, new_block: int) -> None:
    """Fill `large` with what `small` has learned.

    Args:
        small: a residual net of `fer_keras.architectures.mobile`.
        large: the same with one block more, at `new_block`, and more filters or as many elsewhere;
            changed in place. Blocks before the new one must have no convolution of their own in
            the shortcut.
        new_block: index of the block that `small` lacks.
    """
    new = (1 + 2 * new_block, 2 + 2 * new_block)  # the stem comes first, then two for each block
    for kind in (keras.layers.Conv2D, keras.layers.BatchNormalization, keras.layers.Dense):
        layers = _layers(large, kind)
        if kind is not keras.layers.Dense:
            added = [layers[index] for index in new]
            layers = [layer for layer in layers if layer not in added]
        for layer, trained in zip(layers, _layers(small, kind), strict=True):
            pairs = zip(layer.get_weights(), trained.get_weights(), strict=True)
            layer.set_weights([_widened(drawn, learned) for drawn, learned in pairs])
    last_norm = _layers(large, keras.layers.BatchNormalization)[new[1]]
    last_norm.gamma.assign(np.zeros(last_norm.gamma.shape))


def _layers(model: keras.Model, kind: type[keras.Layer]) -> list[keras.Layer]:
    """In the order of the graph, which is the same for every build, whatever layers are called."""
    return [layer for layer in model.layers if isinstance(layer, kind)]


def _widened(drawn: NDArray[np.float32], learned: NDArray[np.float32]) -> NDArray[np.float32]:
    """`learned` in a corner of `drawn`; what old outputs make of new inputs is 0."""
    widened = drawn.copy()
    if learned.ndim > 1:  # kernels: (..., inputs, outputs)
        widened[..., learned.shape[-2] :, : learned.shape[-1]] = 0
    widened[tuple(slice(size) for size in learned.shape)] = learned
    return widened


if __name__ == "__main__":
    start, out = (Path(argument) for argument in sys.argv[1:])
    keras.utils.set_random_seed(0)
    model, labels = load_model(start)
    grown = build("mobile-s", len(labels), {"dropout": 0.0})
    grow(model, grown, NEW_BLOCK)
    faces = np.random.default_rng(0).integers(0, 256, (64, 48, 48, 1)).astype(np.float32)
    difference = np.abs(grown.predict(faces, verbose=0) - model.predict(faces, verbose=0)).max()
    print(
        f"{model.count_params():,} -> {grown.count_params():,} weights, differ by {difference:.1e}"
    )
    save_model(grown, labels, out)
