"""Which faces an epoch shows, in which order, and the random numbers that change them.

All of it depends on the seed and the epoch's number alone: not on the backend, the batch size, or
the epochs before. A resumed training sees what an uninterrupted one would have seen, and a teacher
can answer for the very faces that a student will see.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.augmentation import MIRROR_NUMBER, RANDOM_NUMBERS


class EpochPlan(NamedTuple):
    """One epoch.

    Attributes:
        order: int64, (n,), which face is shown when.
        uniform: float32, (n, RANDOM_NUMBERS), for `augment`, by place in the order.
        shares: float32, (n,), uniform in [0, 1), for mixup, by place in the order.
    """

    order: NDArray[np.int64]
    uniform: NDArray[np.float32]
    shares: NDArray[np.float32]


def plan_epoch(
    count: int,
    *,
    seed: int,
    epoch: int,
    rates: NDArray[np.float64] | None = None,
    alternate_mirror: bool = False,
) -> EpochPlan:
    """Plan an epoch of as many faces as there are.

    Args:
        count: number of faces.
        seed: the run's seed.
        epoch: number of the epoch, from 0.
        rates: float64, (n,), mean 1: how often each face is drawn, or None for once.
        alternate_mirror: whether a face is mirrored every other epoch after a random first choice,
            instead of by a coin each time (Jordan 2024, arXiv 2404.00498).
    """
    order = _drawn(count, rates, np.random.default_rng((seed, epoch)))
    random = np.random.default_rng((seed, epoch, 1))
    uniform = random.random((count, RANDOM_NUMBERS), dtype=np.float32)
    shares = random.random(count, dtype=np.float32)
    if alternate_mirror:
        first = np.random.default_rng((seed, 2)).integers(0, 2, count)
        # 0 lies below every probability of a mirror, 1 below none.
        uniform[:, MIRROR_NUMBER] = (first[order] + epoch) % 2
    return EpochPlan(order, uniform, shares)


def _drawn(
    count: int, rates: NDArray[np.float64] | None, random: np.random.Generator
) -> NDArray[np.int64]:
    """As many faces as there are, in random order."""
    if rates is None:
        return random.permutation(count)
    # Even steps through the sum of the rates: a face of rate 2.3 is drawn two or three times.
    steps = np.arange(count) + random.random()
    drawn = np.searchsorted(np.cumsum(rates), steps, side="right")
    return random.permutation(np.minimum(drawn, count - 1))
