"""A detector for the frames of one film or camera, which does not look at everything in each."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import BlazeFace, Face, is_same
from fer_keras.detection.detector import Detector, check_picture, distinct, look_again
from fer_keras.detection.tiles import Candidate, Pieces

FULL_LOOK_EVERY_S = 1.0
"""Seconds of film in which everything has been looked at once."""
AS_GOOD_AS_CLOSE = 0.25
"""A box of so much of the picture's longer side is as large in the whole as in a close-up."""
HOLD_S = 0.5
"""Seconds for which a face that isn't seen is looked for at its last place."""


class FilmView:
    """Looks at frame after frame of one film.

    A network alone looks at every frame as a whole. With both, every frame is looked at as a whole
    by the short range network, and the faces of the frame before are looked for near their places,
    close up. The full range network and the tiles take their turn, some in every frame, so that all
    were looked at once in `full_look_every_s` of the film; in the first frame, and when all faces
    are lost at once (a cut), all in one frame. What is found depends on frames and times alone, not
    on how fast the computer is.

    Args:
        detector: not used by others at the same time.
        full_look_every_s: seconds; 0: everything in every frame.
    """

    def __init__(self, detector: Detector, full_look_every_s: float = FULL_LOOK_EVERY_S) -> None:
        self._search = detector.networks
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
        check_picture(picture)
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
