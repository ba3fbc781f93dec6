"""Stage 5 of the paper, `final` and `final-slim`.

`final`: [conv bn relu drop] [conv bn relu x2 mp drop] x3 [fc bn relu drop] x2.

Paper: training .7849, validation .6037 (mean of 4 runs), test .6105. Stated: seven convolution
blocks, kernel 4, padding alternating 3 and 1, dropout 0.2, 1,024 units in the two dense layers, the
same number of filters in every layer. Not stated: that number. Ours is 32: 24 ended at 58.8 % on
validation with 63 % in training, so it wanted for size, and 64 take four times as long.

`final-slim`: the final model with filters growing from layer to layer. Paper: 59.5 % on validation
with two orders of magnitude fewer parameters; no sizes given. Ours averages the map before the
dense layers, and has a 31st of our `final`'s parameters: a net of an 84th (filters 8, 10, 12, 16,
20, 24, 32) ended at 54.8 %, see results/first-run.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras

from fer_keras.architectures.layers import batch_norm, pixels, probabilities
from fer_keras.architectures.registry import Architecture, PaperFigures


def final(
    classes: int = 7,
    *,
    blocks: int = 3,
    filters: int = 32,
    kernel: int = 4,
    padding: Sequence[int] = (3, 1),
    dense: int = 1024,
    dropout: float = 0.2,
) -> keras.Model:
    """Build the paper's final model (Touchy Feely, section 3.1, stage 5).

    Args:
        classes: number of outputs.
        blocks: how many [conv bn relu x2 mp drop] follow the first convolution.
        filters: filters of every convolution.
        kernel: side of each convolution's window in pixels.
        padding: zeros on each side of a convolution's input, used in turn.
        dense: units of the two dense layers.
        dropout: share of values dropped after each block while training.

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
    """
    widths = [filters] * (1 + 2 * blocks)
    faces, x = pixels()
    x = convolutions(x, widths, kernel=kernel, padding=padding, dropout=dropout)
    x = keras.layers.Flatten(name="flatten")(x)
    x = dense_layers(x, dense=dense, dropout=dropout)
    return probabilities(faces, x, classes, "final")


def convolutions(
    x: keras.KerasTensor,
    widths: Sequence[int],
    *,
    kernel: int,
    padding: Sequence[int],
    dropout: float,
) -> keras.KerasTensor:
    """[conv bn relu drop] and then [conv bn relu x2 mp drop], one convolution for each width."""
    for index, width in enumerate(widths):
        block = f"block{(index + 1) // 2}" if index else "stem"
        place = str(2 - index % 2) if index else ""
        pad = padding[index % len(padding)]
        if pad:
            x = keras.layers.ZeroPadding2D(pad, name=f"{block}_pad{place}")(x)
        # Batch normalisation brings its own offset, so a bias before it would do nothing.
        x = keras.layers.Conv2D(width, kernel, use_bias=False, name=f"{block}_conv{place}")(x)
        x = batch_norm(x, f"{block}_bn{place}")
        x = keras.layers.ReLU(name=f"{block}_relu{place}")(x)
        if index and index % 2 == 0:
            x = keras.layers.MaxPooling2D(name=f"{block}_pool")(x)
        if index % 2 == 0:
            x = keras.layers.Dropout(dropout, name=f"{block}_drop")(x)
    return x


def dense_layers(x: keras.KerasTensor, *, dense: int, dropout: float) -> keras.KerasTensor:
    """[fc bn relu drop] x2."""
    for layer in ("dense1", "dense2"):
        x = keras.layers.Dense(dense, use_bias=False, name=f"{layer}_fc")(x)
        x = batch_norm(x, f"{layer}_bn")
        x = keras.layers.ReLU(name=f"{layer}_relu")(x)
        x = keras.layers.Dropout(dropout, name=f"{layer}_drop")(x)
    return x


FINAL = Architecture(
    name="final",
    build=final,
    notation="[conv bn relu drop] [conv bn relu x2 mp drop] x3 [fc bn relu drop] x2 [fc]",
    paper=PaperFigures(train=0.7849, validation=0.6037, test=0.6105),
)


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
