"""One picture of a film or a camera."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

DEFAULT_FPS = 30.0
"""Of sources that don't say."""


@dataclass(frozen=True)
class Frame:
    """A picture and when it is shown.

    Attributes:
        picture: uint8, (height, width, 3), red, green, blue; upright, its pixels square.
        time: seconds from the film's beginning, as a player shows them; of a camera, seconds since
            its first picture. Never less than the last frame's.
        number: of the picture in the source, from 0; gaps are dropped or skipped pictures.
    """

    picture: NDArray[np.uint8]
    time: float
    number: int


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
