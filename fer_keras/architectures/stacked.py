"""Stage 4, `stacked`: [conv relu conv mp bn] [conv relu conv x2 mp] x2 [fc].

Paper: 56.5 % on validation; no sizes given. The notation is taken to the letter: in the second and
third block two convolutions follow the ReLU with nothing between them. Ours: filters 20, 40, 80,
windows of 3x3.
"""

from __future__ import annotations

import keras

from fer_keras.architectures.architecture import Architecture, PaperFigures
from fer_keras.architectures.layers import batch_norm, pixels, probabilities


def stacked(
    classes: int = 7, *, blocks: int = 2, filters: int = 20, kernel: int = 3
) -> keras.Model:
    """Build the net of stacked convolutions (Touchy Feely, section 3.1, stage 4).

    Args:
        classes: number of outputs.
        blocks: how many [conv relu conv x2 mp] follow the first block.
        filters: filters of the first block; they double from block to block.
        kernel: side of each convolution's window in pixels.

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
    """
    faces, x = pixels()
    x = _convolution(x, filters, kernel, "block1_conv1", activation="relu")
    x = _convolution(x, filters, kernel, "block1_conv2")
    x = keras.layers.MaxPooling2D(name="block1_pool")(x)
    x = batch_norm(x, "block1_bn")
    for index in range(1, blocks + 1):
        width, block = filters * 2**index, f"block{index + 1}"
        x = _convolution(x, width, kernel, f"{block}_conv1", activation="relu")
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


STACKED = Architecture(
    name="stacked",
    build=stacked,
    notation="[conv relu conv mp bn] [conv relu conv x2 mp] x2 [fc]",
    paper=PaperFigures(train=None, validation=0.565, test=None),
)
