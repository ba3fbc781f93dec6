"""Stage 3, `batchnorm`: [conv relu bn maxpool] x4 [fc relu dropout] x3.

Paper: training .6305, validation .5542 (its "intermediate" model; 55 % in the text); no sizes
given. Ours: filters double from 24 with every pooling, 3x3 windows, 256 units, dropout 0.2.
"""

from __future__ import annotations

import keras

from fer_keras.architectures.architecture import Architecture, PaperFigures
from fer_keras.architectures.layers import batch_norm, pixels, probabilities


def batchnorm(
    classes: int = 7,
    *,
    blocks: int = 4,
    filters: int = 24,
    kernel: int = 3,
    dense: int = 256,
    dropout: float = 0.2,
) -> keras.Model:
    """Build the net with batch normalisation (Touchy Feely, section 3.1, stage 3).

    Args:
        classes: number of outputs.
        blocks: how many [conv relu bn maxpool], 5 at most: each halves the picture.
        filters: filters of the first convolution; they double from block to block.
        kernel: side of each convolution's window in pixels.
        dense: units of the three dense layers.
        dropout: share of dense units dropped while training.

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
    """
    faces, x = pixels()
    for index in range(blocks):
        block = f"block{index + 1}"
        x = keras.layers.Conv2D(
            filters * 2**index, kernel, padding="same", activation="relu", name=f"{block}_conv"
        )(x)
        x = batch_norm(x, f"{block}_bn")
        x = keras.layers.MaxPooling2D(name=f"{block}_pool")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    for layer in (1, 2, 3):
        x = keras.layers.Dense(dense, activation="relu", name=f"dense{layer}_fc")(x)
        x = keras.layers.Dropout(dropout, name=f"dense{layer}_drop")(x)
    return probabilities(faces, x, classes, "batchnorm")


BATCHNORM = Architecture(
    name="batchnorm",
    build=batchnorm,
    notation="[conv relu bn maxpool] x4 [fc relu dropout] x3 [fc]",
    paper=PaperFigures(train=0.6305, validation=0.5542, test=None),
)
