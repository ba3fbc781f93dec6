"""The detectors by name: `auto` for faces of any size, or one of BlazeFace's networks alone.

`auto` looks at a picture with both networks, and a second time, close up, at what may be a face: is
it one, and where exactly does it lie? The short range network sees the candidate in the middle of a
square of three times its side, and that square's mirror image. A face is found both times, and
surely; flowers, a cat's coat or a motorcycle's lamps are not (`results/detection/`). And whichever
network and tile found a face, its box is the short range's in the end, drawn at the same size: all
faces are framed alike before they are classified.

The same algorithm stands in `mobile_demo/`; `tests/vectors/` holds both to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import (
    DETECTOR_MODELS,
    SAME_FACE,
    BlazeFace,
    Face,
    Letterbox,
    Point,
    is_same,
    overlaps,
    resize,
)
from fer_keras.detection.tiles import Candidate, Pieces, merge, plan_tiles, smallest_face
from fer_keras.errors import InputError

AUTO = "auto"
"""Both networks, tiles for large pictures, and a second look at what they find."""
DETECTORS = (AUTO, *DETECTOR_MODELS)
"""What a detector may be called."""
DEFAULT_DETECTOR = AUTO


class Detector:
    """Finds the faces in pictures. Use one in one thread at a time.

    >>> Detector().detect(np.zeros((480, 640, 3), np.uint8))
    []

    Args:
        name: one of `DETECTORS`.
        threads: processor threads to run on.

    Attributes:
        networks: what looks: both, or one.

    Raises:
        InputError: if there is no such detector.
    """

    def __init__(self, name: str = DEFAULT_DETECTOR, threads: int = 1) -> None:
        if name not in DETECTORS:
            raise InputError(f"detector: {name}; take one of {', '.join(DETECTORS)}", "detector")
        self.name = name
        self.networks: FaceSearch | BlazeFace = (
            FaceSearch(threads) if name == AUTO else BlazeFace(name, threads)
        )

    def detect(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces in a picture, the surest first.

        Args:
            picture: (height, width, 3), red, green, blue.

        Raises:
            InputError: if it is not such a picture.
        """
        check_picture(picture)
        return self.networks.detect(picture)

    def what_was_tried(self, width: int, height: int, *, film: bool = False) -> str:
        """Where it looked in a picture (or film) of that size in which nothing was found."""
        if self.name == AUTO:
            return what_was_tried(width, height, film=film)
        return f"looked with the {self.name} range alone; `auto` looks for faces of any size"


def check_picture(picture: NDArray[np.uint8]) -> None:
    """Refuse what is no picture of colours; raises `InputError`."""
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(
            f"a picture of shape {picture.shape} and type {picture.dtype}; give uint8, "
            "(height, width, 3)"
        )
    if not picture.size:
        raise InputError(f"a picture of shape {picture.shape} is empty")


def what_was_tried(width: int, height: int, *, film: bool = False) -> str:
    """For a picture in which nothing was found: where, and for what size of face.

    Args:
        width, height: of the picture, in pixels.
        film: it is a film's, whose tiles are looked at in turn.

    >>> what_was_tried(4000, 3000)
    'looked at the whole, upright and turned, and at 100 tiles, for faces of 41 pixels and more'
    """
    tiles = sum(len(level.tiles) for level in plan_tiles(width, height))
    closer = f", and at {tiles} tiles{' in turn' * film}" if tiles else ""
    whole = "each frame as a whole" if film else "the whole, upright and turned"
    smallest = smallest_face(width, height)
    return f"looked at {whole}{closer}, for faces of {smallest} pixels and more"


QUARTERS = (1, 3, 2)
"""How a picture without faces is turned: photos lose the note on how the camera was held."""


class FaceSearch:
    """Both networks, ready to search pictures. Use one in one thread at a time.

    Args:
        threads: processor threads to run on.
    """

    def __init__(self, threads: int = 1) -> None:
        self.short = BlazeFace("short", threads)
        self.full = BlazeFace("full", threads)

    def detect(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces in a picture, the surest first.

        The short range looks at the whole, the full range at the whole and its tiles; what they
        find is merged, and each candidate looked at again, close up. Where that is nothing, the
        whole is looked at turned by quarters.

        Args:
            picture: (height, width, 3), red, green, blue.
        """
        pieces = Pieces(picture)
        candidates = self.look_at_whole(picture)
        for index in range(len(pieces)):
            candidates += pieces.look(index, self.full)
        return self.confirmed(picture, candidates) or self._search_turned(picture)

    def look_at_whole(self, picture: NDArray[np.uint8]) -> list[Candidate]:
        """What the short range network finds in the picture as a whole."""
        return [Candidate(face, in_whole=True) for face in self.short.detect(picture)]

    def confirmed(self, picture: NDArray[np.uint8], candidates: Iterable[Candidate]) -> list[Face]:
        """Those candidates that are faces, each once, the surest first."""
        looks = (confirm(picture, one, self.short) for one in merge(list(candidates)))
        return distinct(face for face in looks if face is not None)

    def _search_turned(self, picture: NDArray[np.uint8]) -> list[Face]:
        """Faces of a picture that lies on its side or is upside down."""
        height, width = picture.shape[:2]
        for quarters in QUARTERS:
            turned = np.ascontiguousarray(np.rot90(picture, quarters))
            found = [*self.short.detect(turned), *self.full.detect(turned)]
            # As sure as in tiles: three more looks are three more chances to be wrong.
            faces = self.confirmed(
                picture,
                [
                    Candidate(turn_back(face, quarters, width, height), in_whole=False)
                    for face in found
                ],
            )
            if faces:
                return faces
        return []


def turn_back(face: Face, quarters: int, width: int, height: int) -> Face:
    """A face found in `numpy.rot90(picture, quarters)`, in pixels of the picture.

    Args:
        face: in pixels of the turned picture.
        quarters: 1 to 3, counterclockwise.
        width, height: of the picture before it was turned.

    Returns:
        The box lies along the picture's sides; key points keep their names, so that the line from
        the first eye to the second says how the face is turned.
    """

    def back(point: Point) -> Point:
        x, y = point
        turned = {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}
        return turned[quarters]

    corners = [back((face.left, face.top)), back((face.right, face.bottom))]
    (left, right), (top, bottom) = (sorted(values) for values in zip(*corners, strict=True))
    return Face(left, top, right, bottom, face.score, tuple(map(back, face.keypoints)))


def distinct(faces: Iterable[Face]) -> list[Face]:
    """Each face once: the surest of those that are the same, the surest first."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda one: -one.score):
        if not any(is_same(face, other) for other in kept):
            kept.append(face)
    return kept


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
