"""What a person looks like, as far as it says who is who within one film.

No face recognition: nothing learned, nothing kept, nothing that would know the person in another
film. The colours of skin, hair and clothes, taken where no expression moves them: within a film
they tell most people apart, and stay when somebody is hidden for a while or the picture is cut.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import Face

Box = tuple[float, float, float, float]
"""Left, right, top, bottom."""
Looks = NDArray[np.float32]
"""(regions, 3): mean red, green and blue of each, 0 to 1; not a number where it can't be seen."""

_REGIONS = (
    (-0.22, 0.22, -0.62, -0.46),  # forehead
    (-0.40, -0.22, -0.02, 0.15),  # cheeks
    (0.22, 0.40, -0.02, 0.15),
    (-0.22, 0.22, -0.92, -0.76),  # hair
    (-0.55, 0.00, 0.85, 1.25),  # clothes
    (0.00, 0.55, 0.85, 1.25),
    (-0.55, 0.55, 1.25, 1.75),
)
"""Left, right, top, bottom in sides of the detector's box, from its centre."""
_SHOULDERS = (-1.0, 1.0, 0.6, 3.0)
"""What a body hides of those behind it, as `_REGIONS`."""
_IN_FRONT = 0.8
"""Who is so much as large as another may stand before them."""
_VISIBLE = 0.5
"""Share of a region that must lie in the picture: in a close-up the clothes are cut off."""
_ENOUGH = 3
"""Regions that both must show, for a comparison to say something."""


def see_looks(picture: NDArray[np.uint8], faces: Sequence[Face]) -> list[Looks]:
    """The looks of each face.

    Args:
        picture: (height, width, 3), red, green, blue.
        faces: in it. What lies behind another one's box, or may lie behind another one's shoulders,
            is not seen.
    """
    return [_looks(picture, face, [one for one in faces if one is not face]) for face in faces]


def _looks(picture: NDArray[np.uint8], face: Face, others: Sequence[Face]) -> Looks:
    height, width = picture.shape[:2]
    side = _side(face)
    looks = np.full((len(_REGIONS), 3), np.nan, np.float32)
    before = [(one.left, one.right, one.top, one.bottom) for one in others]
    before += [_part(one, _SHOULDERS) for one in others if _side(one) > _IN_FRONT * side]
    for row, region in enumerate(_REGIONS):
        box = _part(face, region)
        if any(_overlap(box, other) for other in before):
            continue
        inside = (max(box[0], 0), min(box[1], width), max(box[2], 0), min(box[3], height))
        if _area(inside) < _VISIBLE * _area(box):
            continue
        first, last, above, below = (round(value) for value in inside)
        part = picture[above : max(below, above + 1), first : max(last, first + 1)]
        looks[row] = np.median(part[:: _step(part, 0), :: _step(part, 1)], axis=(0, 1)) / 255
    return looks


def _side(face: Face) -> float:
    return max(face.width, face.height)


def _part(face: Face, part: Box) -> Box:
    """In pixels, of one that is given in sides of the face."""
    x, y = face.centre
    left, right, top, bottom = (_side(face) * edge for edge in part)
    return x + left, x + right, y + top, y + bottom


def _step(part: NDArray[np.uint8], axis: int) -> int:
    """A median of a few hundred pixels is as good as one of all."""
    return max(1, part.shape[axis] // 16)


def _area(box: Box) -> float:
    return max(0.0, box[1] - box[0]) * max(0.0, box[3] - box[2])


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and one[1] > other[0] and one[2] < other[3] and one[3] > other[2]


def unlikeness(one: Looks, other: Looks) -> float:
    """Root mean square difference, 0 to 1; not a number where too little is seen of both.

    The region that differs most is left out if enough remain: a hand, a shadow, or the ground above
    a head that was cut out otherwise, makes nobody another person.
    """
    both = np.isfinite(one[:, 0]) & np.isfinite(other[:, 0])
    if both.sum() < _ENOUGH:
        return float("nan")
    differences = np.sort(np.mean((one[both] - other[both]) ** 2, axis=1))
    kept = differences[:-1] if len(differences) > _ENOUGH else differences
    return float(np.sqrt(kept.mean()))
