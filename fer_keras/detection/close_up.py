"""A second, close look at what may be a face: is it one, and where exactly does it lie?

The short range network sees the candidate in the middle of a square of three times its side, and
that square's mirror image. A face is found both times, and surely; flowers, a cat's coat or a
motorcycle's lamps are not (`results/detection/`). And whichever network and tile found a face, its
box is the short range's in the end, drawn at the same size: all faces are framed alike before they
are classified.

The same algorithm stands in `mobile_demo/`; `tests/vectors/close_ups.json` holds both to it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import BlazeFace, Letterbox, resize
from fer_keras.detection.face import SAME_FACE, Candidate, Face, overlaps

AROUND = 3.0
"""Side of the square, in sides of the box."""
SURE_IN_WHOLE = 0.55
"""Mean score from which a candidate of the whole picture is a face."""
SURE_IN_TILE = 0.7
"""The same for one of a tile: a hundred tiles are as many chances to be wrong."""


SURELY_UPRIGHT = 0.8
"""Mean score below which the close-up is turned by quarters, too: BlazeFace takes a head upside
down for an upright one, half-heartedly."""


def confirm(picture: NDArray[np.uint8], candidate: Candidate, short: BlazeFace) -> Face | None:
    """The face at a candidate's place, upright or lying, or None if there is none.

    Args:
        picture: (height, width, 3), red, green, blue.
        candidate: where to look.
        short: the short range network.

    Returns:
        The mean of the face found in the close-up and the one in its mirror image; its score is the
        mean of theirs.
    """
    boxed = close_up(picture, candidate.face, short.input_size)
    if boxed is None:
        return None
    best = _seen_twice(boxed, candidate.face, short, 0)
    if best is None or best.score < SURELY_UPRIGHT:
        for quarters in (1, 2, 3):
            turned = _seen_twice(boxed, candidate.face, short, quarters)
            if turned is not None and turned.score >= max(SURE_IN_TILE, best.score if best else 0):
                best = turned
    sure = SURE_IN_WHOLE if candidate.in_whole else SURE_IN_TILE
    return best if best is not None and best.score >= sure else None


def look_again(picture: NDArray[np.uint8], face: Face, short: BlazeFace) -> Face | None:
    """Where a face of the last frame lies in this one, or None if it isn't near its old place."""
    boxed = close_up(picture, face, short.input_size)
    return None if boxed is None else _nearest(short.detect_in(boxed), face)


def close_up(picture: NDArray[np.uint8], face: Face, size: int) -> Letterbox | None:
    """A face in the middle of a square of `AROUND` times its box's longer side.

    1. The square's side is `AROUND` times the longer side of the box, rounded half up; its corner
       is the box's centre less half of that, rounded half up. What lies in the picture is shown.
    2. That part is resized by `size` over the square's side, its width and height rounded half up,
       at least 1; by area where it shrinks, else bilinear, as in `letterbox`.
    3. It lies where it belongs in the square, rounded half up and kept inside. The rest is black.

    Args:
        picture: (height, width, 3).
        face: where to look.
        size: side of the result, in pixels.

    Returns:
        None if the square lies wholly outside the picture.
    """
    height, width = picture.shape[:2]
    side = max(1, _round(AROUND * max(face.width, face.height)))
    x, y = face.centre
    left, top = _round(x - side / 2), _round(y - side / 2)
    first_x, first_y = max(0, left), max(0, top)
    last_x, last_y = min(width, left + side), min(height, top + side)
    if first_x >= last_x or first_y >= last_y:
        return None
    part = picture[first_y:last_y, first_x:last_x]
    scale = size / side
    new_width = max(1, _round(part.shape[1] * scale))
    new_height = max(1, _round(part.shape[0] * scale))
    at_x = min(_round((first_x - left) * scale), size - new_width)
    at_y = min(_round((first_y - top) * scale), size - new_height)
    pixels = np.zeros((size, size, 3), np.uint8)
    pixels[at_y : at_y + new_height, at_x : at_x + new_width] = resize(
        part, new_width, new_height, shrinks=side > size
    )
    scale_x, scale_y = part.shape[1] / new_width, part.shape[0] / new_height
    return Letterbox(pixels, at_x - first_x / scale_x, at_y - first_y / scale_y, scale_x, scale_y)


def _seen_twice(boxed: Letterbox, wanted: Face, short: BlazeFace, quarters: int) -> Face | None:
    """The mean of the face in a close-up, turned by quarters, and of that in its mirror image."""
    straight = _nearest(short.detect_in(boxed, quarters=quarters), wanted)
    if straight is None:
        return None
    mirrored = _nearest(short.detect_in(boxed, mirrored=True, quarters=quarters), wanted)
    return None if mirrored is None else _mean(straight, mirrored)


def _nearest(found: list[Face], wanted: Face) -> Face | None:
    """The face that overlaps most with the one that is looked for."""
    shares = [(overlaps(face, wanted)[0], face) for face in found]
    best = max(shares, key=lambda one: one[0], default=None)
    return None if best is None or best[0] <= SAME_FACE else best[1]


def _mean(one: Face, other: Face) -> Face:
    return Face(
        (one.left + other.left) / 2,
        (one.top + other.top) / 2,
        (one.right + other.right) / 2,
        (one.bottom + other.bottom) / 2,
        (one.score + other.score) / 2,
        tuple(
            ((x + other_x) / 2, (y + other_y) / 2)
            for (x, y), (other_x, other_y) in zip(one.keypoints, other.keypoints, strict=True)
        ),
    )


def _round(value: float) -> int:
    return math.floor(value + 0.5)
