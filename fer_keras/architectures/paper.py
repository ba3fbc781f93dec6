"""Stages 1 to 4 of the paper (Touchy Feely, section 3.1): it names layers, the sizes are ours.

Builders share these arguments: `classes`, the number of outputs; `kernel`, the side of each
convolution's window in pixels; `dense`, the units of dense layers. They give a model from float32
(n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
"""

from __future__ import annotations

import keras

from fer_keras.architectures.layers import batch_norm, pixels, probabilities
from fer_keras.architectures.registry import Architecture, PaperFigures


def baseline(
    classes: int = 7, *, blocks: int = 1, filters: int = 32, kernel: int = 3
) -> keras.Model:
    """Build stage 1: [conv relu] x `blocks` [fc], with `filters` in each convolution.

    Paper: training .6321, validation .3982, a simple net that can be stacked. Ours is one
    convolution at full resolution, straight into the classifier: the least that the notation of the
    later stages can be reduced to.
    """
    faces, x = pixels()
    for block in range(1, blocks + 1):
        x = _convolution(x, filters, kernel, f"block{block}_conv", "relu")
    x = keras.layers.Flatten(name="flatten")(x)
    return probabilities(faces, x, classes, "baseline")


def pooled(
    classes: int = 7,
    *,
    blocks: int = 3,
    filters: int = 16,
    kernel: int = 3,
    pool: int = 4,
    dense: int = 256,
    leak: float = 0.0,
) -> keras.Model:
    """Build stage 2, one pooling layer: [conv relu] x `blocks` [maxpool] [fc relu] x2.

    Paper: 51 % on validation, with ReLU or leaky ReLU. Ours: a pool of 4, so that the first dense
    layer stays small.

    Args:
        blocks: how many [conv relu] stand before the pooling.
        filters: filters of each convolution.
        pool: side of the pooling window.
        leak: slope for negative values; 0 is ReLU, above 0 leaky ReLU.
    """
    faces, x = pixels()
    for block in range(1, blocks + 1):
        x = _convolution(x, filters, kernel, f"block{block}_conv")
        x = keras.layers.ReLU(negative_slope=leak, name=f"block{block}_relu")(x)
    x = keras.layers.MaxPooling2D(pool, name="pool")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    for layer in (1, 2):
        x = keras.layers.Dense(dense, name=f"dense{layer}_fc")(x)
        x = keras.layers.ReLU(negative_slope=leak, name=f"dense{layer}_relu")(x)
    return probabilities(faces, x, classes, "pooled")


def batchnorm(
    classes: int = 7,
    *,
    blocks: int = 4,
    filters: int = 24,
    kernel: int = 3,
    dense: int = 256,
    dropout: float = 0.2,
) -> keras.Model:
    """Build stage 3: [conv relu bn maxpool] x `blocks` [fc relu dropout] x3.

    Paper: training .6305, validation .5542 (its "intermediate" model; 55 % in the text).

    Args:
        blocks: 5 at most: each halves the picture.
        filters: filters of the first convolution; they double from block to block.
        dropout: share of dense units dropped while training.
    """
    faces, x = pixels()
    for index in range(blocks):
        block = f"block{index + 1}"
        x = _convolution(x, filters * 2**index, kernel, f"{block}_conv", "relu")
        x = batch_norm(x, f"{block}_bn")
        x = keras.layers.MaxPooling2D(name=f"{block}_pool")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    for layer in (1, 2, 3):
        x = keras.layers.Dense(dense, activation="relu", name=f"dense{layer}_fc")(x)
        x = keras.layers.Dropout(dropout, name=f"dense{layer}_drop")(x)
    return probabilities(faces, x, classes, "batchnorm")


def stacked(
    classes: int = 7, *, blocks: int = 2, filters: int = 20, kernel: int = 3
) -> keras.Model:
    """Build stage 4: [conv relu conv mp bn] [conv relu conv x2 mp] x `blocks` [fc].

    Paper: 56.5 % on validation. The notation is taken to the letter: in the second and third block
    two convolutions follow the ReLU with nothing between them.

    Args:
        blocks: how many [conv relu conv x2 mp] follow the first block.
        filters: filters of the first block; they double from block to block.
    """
    faces, x = pixels()
    x = _convolution(x, filters, kernel, "block1_conv1", "relu")
    x = _convolution(x, filters, kernel, "block1_conv2")
    x = keras.layers.MaxPooling2D(name="block1_pool")(x)
    x = batch_norm(x, "block1_bn")
    for index in range(1, blocks + 1):
        width, block = filters * 2**index, f"block{index + 1}"
        x = _convolution(x, width, kernel, f"{block}_conv1", "relu")
        x = _convolution(x, width, kernel, f"{block}_conv2")
        x = _convolution(x, width, kernel, f"{block}_conv3")
        x = keras.layers.MaxPooling2D(name=f"{block}_pool")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    return probabilities(faces, x, classes, "stacked")


def _convolution(
    x: keras.KerasTensor, filters: int, kernel: int, name: str, activation: str | None = None
) -> keras.KerasTensor:
    layer = keras.layers.Conv2D(filters, kernel, padding="same", activation=activation, name=name)
    return layer(x)


BASELINE = Architecture(
    "baseline", baseline, "[conv relu] x1 [fc]", PaperFigures(0.6321, 0.3982, None)
)
POOLED = Architecture(
    "pooled",
    pooled,
    "[conv relu] x3 [maxpool] [fc relu] x2 [fc]",
    PaperFigures(None, 0.51, None),
)
BATCHNORM = Architecture(
    "batchnorm",
    batchnorm,
    "[conv relu bn maxpool] x4 [fc relu dropout] x3 [fc]",
    PaperFigures(0.6305, 0.5542, None),
)
STACKED = Architecture(
    "stacked",
    stacked,
    "[conv relu conv mp bn] [conv relu conv x2 mp] x2 [fc]",
    PaperFigures(None, 0.565, None),
)
