"""One face from frame to frame: where it was seen last, how it moved, and what it looked like."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from fer_keras.detection import Face
from fer_keras.live.appearance import Looks, unlikeness

FORGET_AFTER = 1.0
"""Seconds without being found after which a face is gone: longer than a passer-by hides it."""
LONGEST_STEP = 3.0
"""Seconds between two frames over which a face is still thought to have walked from place to
place; and those for which it is followed on, where frames are far between."""
_STEADY_S = 0.11
"""Seconds over which a face's velocity is averaged: boxes shake by a few pixels. A step that takes
much longer says all of it."""
_DRIFT = 1.0
"""How much less sure its place gets in a second: people turn, start and stop."""
_LOOKS_WEIGHT = 0.2
"""Of the newest frame in what a face is remembered to look like."""


@dataclass(frozen=True)
class Sight:
    """A face in a frame.

    Attributes:
        face: where it is.
        looks: as `see_looks` gives them, or None.
        touched: whether another one's box overlaps its: one hides a part of the other, whose box
            lies askew then, and its looks say less.
    """

    face: Face
    looks: Looks | None
    touched: bool

    @property
    def size(self) -> float:
        """Of the box's longer side, in pixels."""
        return max(self.face.width, self.face.height)


def see_all(faces: Sequence[Face], looks: Sequence[Looks] | None) -> list[Sight]:
    """The faces of a frame, with which of them touch each other."""
    return [
        Sight(
            face,
            None if looks is None else looks[index],
            any(_touch(face, other) for other in faces if other is not face),
        )
        for index, face in enumerate(faces)
    ]


def _touch(one: Face, other: Face) -> bool:
    return (
        one.left < other.right
        and one.right > other.left
        and one.top < other.bottom
        and one.bottom > other.top
    )


@dataclass
class Track:
    """What is known of a face.

    Attributes:
        number: its own.
        last: as it was seen last.
        seen: when, in seconds.
        met: numbers of those that were in one frame with it: they are other people.
    """

    number: int
    last: Sight
    seen: float
    met: set[int] = field(default_factory=set)
    _velocity: tuple[float, float] = (0.0, 0.0)
    _looks: Looks | None = None
    _vague: bool = True

    def __post_init__(self) -> None:
        self._remember(self.last)

    def place_cost(self, sight: Sight, time: float) -> float:
        """How unlike its expected place a face is: off in its own sizes, and how much larger."""
        passed = min(time - self.seen, FORGET_AFTER)
        (x, y), (last_x, last_y) = sight.face.centre, self.last.face.centre
        away_x = x - last_x - self._velocity[0] * passed
        away_y = y - last_y - self._velocity[1] * passed
        far = math.hypot(away_x, away_y) / ((sight.size + self.last.size) / 2)
        return far + abs(math.log(sight.size / self.last.size))

    def doubt(self, time: float) -> float:
        """By what its place is less sure than in the moment it was seen, 1 or more."""
        return 1 + _DRIFT * min(time - self.seen, LONGEST_STEP)

    def unlikeness(self, sight: Sight) -> float:
        """As `appearance.unlikeness`; not a number where nothing is known."""
        if sight.looks is None or self._looks is None:
            return math.nan
        return unlikeness(self._looks, sight.looks)

    def follow(self, sight: Sight, time: float) -> None:
        """It has moved there."""
        passed = time - self.seen
        if 0 < passed <= LONGEST_STEP:
            weight = 1 - math.exp(-passed / _STEADY_S)
            (x, y), (last_x, last_y) = sight.face.centre, self.last.face.centre
            across, down = self._velocity
            self._velocity = (
                across + weight * ((x - last_x) / passed - across),
                down + weight * ((y - last_y) / passed - down),
            )
        elif passed > 0:
            self._velocity = (0.0, 0.0)
        self._be(sight, time)

    def jump(self, sight: Sight, time: float) -> None:
        """It is somewhere else at once: nothing moved there."""
        self._velocity = (0.0, 0.0)
        self._be(sight, time)

    def _be(self, sight: Sight, time: float) -> None:
        self.last, self.seen = sight, time
        self._remember(sight)

    def _remember(self, sight: Sight) -> None:
        """Keep in mind what it looks like: of what is clear, if anything was."""
        looks = sight.looks
        if looks is None or (sight.touched and not self._vague):
            return
        if self._looks is None or self._vague:
            self._looks, self._vague = looks, sight.touched
            return
        mixed = self._looks + np.float32(_LOOKS_WEIGHT) * (looks - self._looks)
        # What was never seen before, or is not now, is taken from where it was.
        either = np.where(np.isfinite(self._looks), self._looks, looks)
        self._looks = np.where(np.isfinite(mixed), mixed, either)
