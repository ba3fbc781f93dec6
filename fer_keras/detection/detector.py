"""The detectors by name: `auto` for faces of any size, or one of BlazeFace's networks alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import DETECTOR_MODELS, BlazeFace
from fer_keras.detection.face import Face
from fer_keras.detection.film_detector import FULL_LOOK_EVERY_S, FilmDetector
from fer_keras.detection.search import FaceSearch, what_was_tried
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
        return FilmView(self, full_look_every_s)

    def what_was_tried(self, width: int, height: int, *, film: bool = False) -> str:
        """Where it looked in a picture (or film) of that size in which nothing was found."""
        if self.name == AUTO:
            return what_was_tried(width, height, film=film)
        return f"looked with the {self.name} range alone; `auto` looks for faces of any size"


class FilmView:
    """A detector that looks at the frames of one film. `Detector.film` makes it.

    Args:
        detector: not used by others at the same time.
        full_look_every_s: see `Detector.film`.
    """

    def __init__(self, detector: Detector, full_look_every_s: float) -> None:
        self._detector = detector
        inner = detector._detector
        self._film = (
            FilmDetector(inner, full_look_every_s) if isinstance(inner, FaceSearch) else None
        )

    def detect(self, picture: NDArray[np.uint8], time: float) -> list[Face]:
        """The faces in the next frame, the surest first.

        Args:
            picture: (height, width, 3), red, green, blue.
            time: of the frame, in seconds.

        Raises:
            InputError: if it is not such a picture.
        """
        if self._film is None:
            return self._detector.detect(picture)
        _check(picture)
        return self._film.detect(picture, time)


def _check(picture: NDArray[np.uint8]) -> None:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(
            f"a picture of shape {picture.shape} and type {picture.dtype}; give uint8, "
            "(height, width, 3)"
        )
    if not picture.size:
        raise InputError(f"a picture of shape {picture.shape} is empty")
