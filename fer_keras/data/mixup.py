"""Mixup: faces laid over one another, and their targets with them (Zhang et al. 2018)."""

from __future__ import annotations

from typing import Any

from keras import ops


def mix(values: Any, uniform: Any, reach: float) -> Any:
    """Blend each row of a batch with the one as far from the batch's other end.

    The order of a batch is random, so the partner is. Shares are uniform up to `reach`, which 1
    makes mixup with Beta(1, 1). Faces and targets are mixed alike, each by a call.

    Args:
        values: float32, (n, ...): faces, or targets whose rows sum to 1.
        uniform: float32, (n,), uniform in [0, 1): all the randomness there is.
        reach: the largest share of the other row, 0 to 1.

    Returns:
        Same shape and type.
    """
    share = ops.reshape(uniform * reach, (-1, *[1] * (len(values.shape) - 1)))
    return (1.0 - share) * values + share * ops.flip(values, axis=0)
