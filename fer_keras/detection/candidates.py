"""What the looks at a picture and its tiles found, made into one candidate a face.

The same algorithm stands in `mobile_demo/`; `tests/vectors/merging.json` holds both to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fer_keras.detection.face import Face

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
