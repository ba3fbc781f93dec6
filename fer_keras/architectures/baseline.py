"""Stage 1, `baseline`: [conv relu] x N [fc].

Paper: training .6321, validation .3982. It names a simple net that can be stacked and gives no
sizes; ours is one 3x3 convolution of 32 filters, at full resolution, straight into the classifier:
the least that the notation of the later stages can be reduced to.
"""

from __future__ import annotations

import keras

from fer_keras.architectures.architecture import Architecture, PaperFigures
from fer_keras.architectures.layers import pixels, probabilities


def baseline(
    classes: int = 7, *, blocks: int = 1, filters: int = 32, kernel: int = 3
) -> keras.Model:
    """Build the simple net (Touchy Feely, section 3.1, stage 1).

    Args:
        classes: number of outputs.
        blocks: how many [conv relu] are stacked.
        filters: filters of each convolution.
        kernel: side of each convolution's window in pixels.

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
    """
    faces, x = pixels()
    for block in range(1, blocks + 1):
        x = keras.layers.Conv2D(
            filters, kernel, padding="same", activation="relu", name=f"block{block}_conv"
        )(x)
    x = keras.layers.Flatten(name="flatten")(x)
    return probabilities(faces, x, classes, "baseline")


BASELINE = Architecture(
    name="baseline",
    build=baseline,
    notation="[conv relu] x1 [fc]",
    paper=PaperFigures(train=0.6321, validation=0.3982, test=None),
)
