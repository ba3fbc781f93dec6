"""Which frames are looked at when not all are."""

from __future__ import annotations

import math

from fer_keras.errors import InputError

_ROUNDING = 1e-6
"""Seconds by which a time stamp may lie before the moment that it stands for."""


class Sampling:
    """Takes the first frame at or after 0, `every`, 2 `every`, ... seconds.

    Args:
        every: seconds, greater than 0; None takes every frame.

    Raises:
        InputError: if `every` is not greater than 0.

    Example:
        >>> sampling = Sampling(0.5)
        >>> [time for time in (0.0, 0.2, 0.4, 0.6, 0.8, 1.9, 2.0) if sampling.takes(time)]
        [0.0, 0.6, 1.9, 2.0]
    """

    def __init__(self, every: float | None) -> None:
        if every is not None and not (0 < every < math.inf):
            raise InputError(f"every: {every} s; take more than 0 seconds")
        self._every = every
        self._due = 0

    def takes(self, time: float) -> bool:
        """Whether the frame at this time is looked at; times never fall."""
        if self._every is None:
            return True
        passed = math.floor(time / self._every + _ROUNDING)
        if passed < self._due:
            return False
        self._due = passed + 1
        return True
