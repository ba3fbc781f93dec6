"""A frame and all that is seen in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.live.watcher import Seen


@dataclass(frozen=True)
class Shot:
    """A frame that was looked at.

    Attributes:
        picture: uint8, (height, width, 3), red, green, blue.
        time: of the frame, in seconds.
        seen: the faces in it, in the order of their numbers.
        followed: numbers of the faces that are followed, hidden ones among them.
        milliseconds: that each stage took for it.
    """

    picture: NDArray[np.uint8]
    time: float
    seen: Sequence[Seen]
    followed: Sequence[int]
    milliseconds: Mapping[str, float]
