"""Mixup: faces laid over one another, and their targets with them (Zhang et al. 2018)."""

from __future__ import annotations

import keras
from keras import ops


def mix(
    images: keras.KerasTensor,
    targets: keras.KerasTensor,
    uniform: keras.KerasTensor,
    reach: float,
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Blend each face of a batch with the one as far from the batch's other end.

    The order of a batch is random, so the partner is. Shares are uniform up to `reach`, which 1
    makes mixup with Beta(1, 1).

    Args:
        images: float32, (n, height, width, 1).
        targets: float32, (n, classes), rows sum to 1.
        uniform: float32, (n,), uniform in [0, 1): all the randomness there is.
        reach: the largest share of the other face, 0 to 1.

    Returns:
        Images and targets, same shapes and types.
    """
    share = uniform * reach
    blended = []
    for values in (images, targets):
        part = ops.reshape(share, (-1, *[1] * (len(values.shape) - 1)))
        blended.append((1.0 - part) * values + part * ops.flip(values, axis=0))
    return blended[0], blended[1]
