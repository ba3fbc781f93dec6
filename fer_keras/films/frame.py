"""One picture of a film or a camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
