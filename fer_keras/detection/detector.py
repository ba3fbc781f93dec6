"""The detectors by name: `auto` for faces of any size, or one of BlazeFace's networks alone."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import DETECTOR_MODELS, BlazeFace
from fer_keras.detection.close_up import confirm, look_again
from fer_keras.detection.face import Candidate, Face, Point, is_same, merge
from fer_keras.detection.tiles import Pieces, plan_tiles, smallest_face
from fer_keras.errors import InputError


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


FULL_LOOK_EVERY_S = 1.0
"""Seconds of film in which everything has been looked at once."""
AS_GOOD_AS_CLOSE = 0.25
"""A box of so much of the picture's longer side is as large in the whole as in a close-up."""
HOLD_S = 0.5
"""Seconds for which a face that isn't seen is looked for at its last place."""


class FilmView:
    """Looks at frame after frame of one film; `Detector.film` makes it.

    A network alone looks at every frame as a whole. With both, every frame is looked at as a whole
    by the short range network, and the faces of the frame before are looked for near their places,
    close up. The full range network and the tiles take their turn, some in every frame, so that all
    were looked at once in `full_look_every_s` of the film; in the first frame, and when all faces
    are lost at once (a cut), all in one frame. What is found depends on frames and times alone, not
    on how fast the computer is.

    Args:
        search: both networks, or one. Not used by others at the same time.
        full_look_every_s: seconds; 0: everything in every frame.
    """

    def __init__(
        self, search: FaceSearch | BlazeFace, full_look_every_s: float = FULL_LOOK_EVERY_S
    ) -> None:
        self._search = search
        self._every = full_look_every_s
        self._known: list[tuple[Face, float]] = []
        self._shape: tuple[int, ...] = ()
        self._time = 0.0
        self._due = 0.0
        self._next = 0

    def detect(self, picture: NDArray[np.uint8], time: float) -> list[Face]:
        """The faces in the next frame, the surest first.

        Args:
            picture: (height, width, 3), red, green, blue.
            time: of the frame, in seconds; it does not go back, or everything starts anew.

        Raises:
            InputError: if it is not such a picture.
        """
        _check(picture)
        search = self._search
        if isinstance(search, BlazeFace):
            return search.detect(picture)
        if picture.shape != self._shape or time < self._time:
            self._shape, self._known, self._due, self._next = picture.shape, [], math.inf, 0
        elif math.isfinite(self._due):
            self._due += (time - self._time) / self._every if self._every > 0 else math.inf
        self._time = time
        candidates = search.look_at_whole(picture)
        faces = self._follow(picture, candidates, search.short)
        if self._known and not faces:
            self._due = math.inf
        candidates += self._look_in_turn(picture, search.full)
        new = [one for one in candidates if not any(is_same(one.face, face) for face in faces)]
        faces = distinct([*faces, *search.confirmed(picture, new)])
        self._remember(faces, time)
        return faces

    def _follow(
        self, picture: NDArray[np.uint8], whole: list[Candidate], short: BlazeFace
    ) -> list[Face]:
        """The known faces in this frame: large ones as found in the whole, others close up."""
        large = AS_GOOD_AS_CLOSE * max(picture.shape[:2])
        found = []
        for known, _ in self._known:
            seen = next((one.face for one in whole if is_same(one.face, known)), None)
            if seen is not None and max(seen.width, seen.height) >= large:
                found.append(seen)
                continue
            face = look_again(picture, seen or known, short)
            if face is not None:
                found.append(face)
        return distinct(found)

    def _remember(self, faces: list[Face], time: float) -> None:
        """Those that were seen, and for a while the last places of those that were not."""
        hidden = [
            (face, last)
            for face, last in self._known
            if time - last <= HOLD_S and not any(is_same(face, one) for one in faces)
        ]
        self._known = [*((face, time) for face in faces), *hidden]

    def _look_in_turn(self, picture: NDArray[np.uint8], full: BlazeFace) -> list[Candidate]:
        """What the full range finds in the pieces whose turn it is."""
        pieces = Pieces(picture)
        count = len(pieces) if self._due >= 1 else math.floor(self._due * len(pieces) + 1e-9)
        self._due = 0.0 if self._due >= 1 else self._due - count / len(pieces)
        found: list[Candidate] = []
        for step in range(count):
            found += pieces.look((self._next + step) % len(pieces), full)
        self._next = (self._next + count) % len(pieces)
        return found


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

    Raises:
        InputError: if there is no such detector.
    """

    def __init__(self, name: str = DEFAULT_DETECTOR, threads: int = 1) -> None:
        if name not in DETECTORS:
            raise InputError(f"detector: {name}; take one of {', '.join(DETECTORS)}", "detector")
        self.name = name
        self._detector = FaceSearch(threads) if name == AUTO else BlazeFace(name, threads)

    def detect(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces in a picture, the surest first.

        Args:
            picture: (height, width, 3), red, green, blue.

        Raises:
            InputError: if it is not such a picture.
        """
        _check(picture)
        if isinstance(self._detector, FaceSearch):
            return self._detector.search(picture)
        return self._detector.detect(picture)

    def film(self, full_look_every_s: float = FULL_LOOK_EVERY_S) -> FilmView:
        """The same for the frames of one film or camera.

        Args:
            full_look_every_s: seconds of film in which `auto` has looked at everything once; 0: in
                every frame, as `detect` does.
        """
        return FilmView(self._detector, full_look_every_s)

    def what_was_tried(self, width: int, height: int, *, film: bool = False) -> str:
        """Where it looked in a picture (or film) of that size in which nothing was found."""
        if self.name == AUTO:
            return what_was_tried(width, height, film=film)
        return f"looked with the {self.name} range alone; `auto` looks for faces of any size"


def _check(picture: NDArray[np.uint8]) -> None:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(
            f"a picture of shape {picture.shape} and type {picture.dtype}; give uint8, "
            "(height, width, 3)"
        )
    if not picture.size:
        raise InputError(f"a picture of shape {picture.shape} is empty")
