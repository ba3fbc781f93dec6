"""Stage 5's slim variant, `final-slim`: the final model with filters growing from layer to layer.

Paper: 59.5 % on validation with two orders of magnitude fewer parameters than `final`; no sizes
given. Ours averages the map before the dense layers, and has a 31st of our `final`'s parameters: a
net of an 84th (filters 8, 10, 12, 16, 20, 24, 32) ended at 54.8 %, see results/first-run.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras

from fer_keras.architectures.architecture import Architecture, PaperFigures
from fer_keras.architectures.final import convolutions, dense_layers
from fer_keras.architectures.layers import pixels, probabilities


def final_slim(
    classes: int = 7,
    *,
    filters: Sequence[int] = (8, 12, 16, 24, 32, 48, 64),
    kernel: int = 4,
    padding: Sequence[int] = (3, 1),
    dense: int = 64,
    dropout: float = 0.05,
) -> keras.Model:
    """Build the slim variant of the final model (Touchy Feely, section 3.1).

    Args:
        classes: number of outputs.
        filters: filters of each convolution; an odd number of them.
        kernel: side of each convolution's window in pixels.
        padding: zeros on each side of a convolution's input, used in turn.
        dense: units of the two dense layers.
        dropout: share of values dropped after each block while training.

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
    """
    faces, x = pixels()
    x = convolutions(x, filters, kernel=kernel, padding=padding, dropout=dropout)
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    x = dense_layers(x, dense=dense, dropout=dropout)
    return probabilities(faces, x, classes, "final-slim")


FINAL_SLIM = Architecture(
    name="final-slim",
    build=final_slim,
    notation="final, filters growing, map averaged before [fc bn relu drop] x2 [fc]",
    paper=PaperFigures(train=None, validation=0.595, test=None),
)
