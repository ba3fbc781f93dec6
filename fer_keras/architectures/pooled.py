"""Stage 2, `pooled`: [conv relu] x3 [maxpool] [fc relu] x2.

Paper: 51 % on validation, with ReLU or leaky ReLU; no sizes given. Ours: 16 filters of 3x3, a pool
of 4 so that the first dense layer stays small, 256 units.
"""

from __future__ import annotations

import keras

from fer_keras.architectures.architecture import Architecture, PaperFigures
from fer_keras.architectures.layers import pixels, probabilities


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
    """Build the net with one pooling layer (Touchy Feely, section 3.1, stage 2).

    Args:
        classes: number of outputs.
        blocks: how many [conv relu] stand before the pooling.
        filters: filters of each convolution.
        kernel: side of each convolution's window in pixels.
        pool: side of the pooling window.
        dense: units of the two dense layers.
        leak: slope for negative values; 0 is ReLU, above 0 leaky ReLU.

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
    """
    faces, x = pixels()
    for block in range(1, blocks + 1):
        x = keras.layers.Conv2D(filters, kernel, padding="same", name=f"block{block}_conv")(x)
        x = keras.layers.ReLU(negative_slope=leak, name=f"block{block}_relu")(x)
    x = keras.layers.MaxPooling2D(pool, name="pool")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    for layer in (1, 2):
        x = keras.layers.Dense(dense, name=f"dense{layer}_fc")(x)
        x = keras.layers.ReLU(negative_slope=leak, name=f"dense{layer}_relu")(x)
    return probabilities(faces, x, classes, "pooled")


POOLED = Architecture(
    name="pooled",
    build=pooled,
    notation="[conv relu] x3 [maxpool] [fc relu] x2 [fc]",
    paper=PaperFigures(train=None, validation=0.51, test=None),
)
