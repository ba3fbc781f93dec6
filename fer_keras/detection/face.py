"""A face that was found in a picture, and which of several are one.

The same algorithm stands in `mobile_demo/`; `tests/vectors/merging.json` holds both to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Face:
    """A face that was found in a picture.

    Coordinates are in pixels of the picture, x to the right and y down, and continuous: the first
    pixel covers 0 to 1. They may lie outside the picture where a face does.

    Attributes:
        left, top, right, bottom: the box, from the brows to the chin.
        score: how sure the detector is, 0 to 1.
        keypoints: the eye on the picture's left, the eye on its right, nose tip, mouth, the ear on
            the left, the ear on the right.
    """

    left: float
    top: float
    right: float
    bottom: float
    score: float
    keypoints: tuple[Point, ...]

    @property
    def width(self) -> float:
        """Of the box, in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Of the box, in pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """Of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def roll(self) -> float:
        """Of the line from the first eye to the second, in radians, clockwise as seen."""
        (left_x, left_y), (right_x, right_y) = self.keypoints[:2]
        return math.atan2(right_y - left_y, right_x - left_x)

    @property
    def is_lying(self) -> bool:
        """Whether the head lies on its side or is upside down: turned by more than 45 degrees."""
        return abs(self.roll) > math.pi / 4


SAME_FACE = 0.3
"""Overlap (intersection over union) above which two boxes are one face."""
INSIDE = 0.7
"""Share of the smaller box inside the larger one above which they are one face, too."""
BORDER = 0.02
"""A box so near to a tile's border (in sides of it), or beyond, may be a part of a face."""


@dataclass(frozen=True)
class Candidate:
    """What may be a face.

    Attributes:
        face: in pixels of the picture.
        in_whole: found in the picture as a whole, not just in one of its tiles.
        cut: touches the border of a tile, where the picture goes on: part of a face, perhaps.
    """

    face: Face
    in_whole: bool
    cut: bool = False


def merge(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate for all that overlap: the surest, and one that isn't cut before one that is.

    Whole boxes come first, then cut ones, the surest first; of equal ones the first. Each is kept
    if it is no kept one's face. What is kept is in the whole picture if one of its group is.
    """
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: (one.cut, -one.face.score)):
        for index, other in enumerate(kept):
            if is_same(candidate.face, other.face):
                in_whole = other.in_whole or candidate.in_whole
                kept[index] = Candidate(other.face, in_whole, other.cut)
                break
        else:
            kept.append(candidate)
    return kept


def is_same(one: Face, other: Face) -> bool:
    """Whether two boxes lie on one face: they overlap, or one lies in the other."""
    union_share, smaller_share = overlaps(one, other)
    return union_share > SAME_FACE or smaller_share > INSIDE


def overlaps(one: Face, other: Face) -> tuple[float, float]:
    """What two boxes share, over their union and over the smaller one; 0 where both are empty."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(width, 0.0) * max(height, 0.0)
    areas = one.width * one.height, other.width * other.height
    union, smaller = sum(areas) - shared, min(areas)
    return (shared / union if union > 0 else 0.0, shared / smaller if smaller > 0 else 0.0)
