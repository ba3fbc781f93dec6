"""Finding the faces of a picture whatever their size: both networks, tiles, and a second look."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import BlazeFace
from fer_keras.detection.candidates import Candidate, is_same, merge
from fer_keras.detection.close_up import confirm
from fer_keras.detection.face import Face, Point
from fer_keras.detection.tiles import Pieces, plan_tiles, smallest_face


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

    def search(self, picture: NDArray[np.uint8]) -> list[Face]:
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


def distinct(faces: Iterable[Face]) -> list[Face]:
    """Each face once: the surest of those that are the same, the surest first."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda one: -one.score):
        if not any(is_same(face, other) for other in kept):
            kept.append(face)
    return kept


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
