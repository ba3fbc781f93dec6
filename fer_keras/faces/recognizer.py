"""Detector and classifier together: a picture in, faces with probabilities out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import DEFAULT_DETECTOR, FULL_LOOK_EVERY_S, Detector, Face, FilmView
from fer_keras.errors import InputError
from fer_keras.face_pixels import FACE_SIZE
from fer_keras.faces.crop import FRAMINGS, Framing, cut_face, frame_face, to_grey
from fer_keras.models import Classifier, ModelLike
from fer_keras.models.classifier import Classification
from fer_keras.models.model_file import DEFAULT_MODEL
from fer_keras.picture_file import to_pixels


class Box(NamedTuple):
    """A rectangle in pixels of the picture; (0, 0) is its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class RecognizedFace:
    """A face in a picture, and what the classifier says of it.

    Attributes:
        label: the most probable class, or `unsure`.
        probability: of the most probable class, 0 to 1.
        probabilities: of every class, by its name.
        box: where the face is.
        score: how sure the detector is that it is a face, 0 to 1.
        keypoints: (x, y) of eyes, nose, mouth and ears, in pixels, as the detector gives them.
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    box: Box
    score: float
    keypoints: tuple[tuple[float, float], ...]


def recognized_face(face: Face, classification: Classification) -> RecognizedFace:
    """Detector's and classifier's answers in one."""
    return RecognizedFace(
        label=classification.label,
        probability=classification.probability,
        probabilities=classification.probabilities,
        box=Box(face.left, face.top, face.right, face.bottom),
        score=face.score,
        keypoints=tuple((float(x), float(y)) for x, y in face.keypoints),
    )


@dataclass(frozen=True)
class Recognition:
    """A face, and what the classifier says of it.

    Attributes:
        face: as found.
        probabilities: float32, (classes,), in the order of the recogniser's labels.
    """

    face: Face
    probabilities: NDArray[np.float32]


class Recognizer:
    """Finds faces and classifies them. Use one in one thread at a time.

    Examples:
        >>> recognizer = Recognizer("mobile-s")
        >>> [face.label for face in recognizer("party.jpg")]  # doctest: +SKIP
        ['happy', 'surprise']

    Args:
        model: a shipped name, a run, or a `.tflite` or `.keras` file, as for `Classifier`.
        detector: one of `DETECTORS`: `auto`, `short` or `full`.
        upright: turn tilted faces upright by their eyes before they are classified.
        framing: how faces are cut out; None: as was measured for the detector.

    Attributes:
        labels: class names, in the order of the probabilities.
        asked: model, detector, upright and framing, by which another process makes one alike.

    Raises:
        InputError: if the model is missing, or is none for 48x48 faces.
    """

    def __init__(
        self,
        model: ModelLike = DEFAULT_MODEL,
        detector: str = DEFAULT_DETECTOR,
        *,
        upright: bool = False,
        framing: Framing | None = None,
    ) -> None:
        self._classifier = Classifier(model)
        self._detector = Detector(detector)
        if (self._classifier.height, self._classifier.width) != (FACE_SIZE, FACE_SIZE):
            raise InputError(
                f"{model}: takes {self._classifier.height}x{self._classifier.width} pixels; a face "
                f"model takes {FACE_SIZE}x{FACE_SIZE}"
            )
        self._framing = FRAMINGS[detector] if framing is None else framing
        self._upright = upright
        self.asked = (os.fspath(model), detector, upright, framing)
        self.labels: tuple[str, ...] = self._classifier.labels

    def __repr__(self) -> str:
        return f"Recognizer({str(self._classifier.path)!r}, {self._detector.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy, in another process, say, opens the files again."""
        model, detector, upright, framing = self.asked
        return partial(Recognizer, upright=upright, framing=framing), (model, detector)

    @overload
    def __call__(
        self, pictures: list[Any], abstain_below: float = 0.0
    ) -> list[list[RecognizedFace]]: ...

    @overload
    def __call__(self, pictures: Any, abstain_below: float = 0.0) -> list[RecognizedFace]: ...

    def __call__(
        self, pictures: Any, abstain_below: float = 0.0
    ) -> list[RecognizedFace] | list[list[RecognizedFace]]:
        """The faces in a picture, the surest first; of a list of pictures a list for each.

        Args:
            pictures: a path, bytes, a Pillow image or a uint8 array (height, width[, 3]); or a list
                of these.
            abstain_below: probability below which a face's label is `unsure`.

        Raises:
            InputError: if a picture can't be read.
        """
        if isinstance(pictures, list):
            return [self._name_faces(picture, abstain_below) for picture in pictures]
        return self._name_faces(pictures, abstain_below)

    def _name_faces(self, picture: Any, abstain_below: float) -> list[RecognizedFace]:
        pixels = to_pixels(picture)
        return [
            recognized_face(
                found.face, self._classifier.name_face(found.probabilities, abstain_below)
            )
            for found in self.recognise(pixels)
        ]

    @property
    def sha256(self) -> str:
        """Of the model's file, 64 hex digits."""
        return self._classifier.sha256

    def detect(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces in a picture (height, width, 3), red, green, blue; the surest first."""
        return self._detector.detect(picture)

    def what_was_tried(self, width: int, height: int, *, film: bool = False) -> str:
        """Where it looked in a picture (or film) of that size in which nothing was found.

        Args:
            width, height: in pixels.
            film: it is a film's.
        """
        return self._detector.what_was_tried(width, height, film=film)

    def film(self, full_look_every_s: float = FULL_LOOK_EVERY_S) -> FilmView:
        """The detector for the frames of one film or camera: `.detect(picture, time)`.

        Args:
            full_look_every_s: seconds of film in which everything is looked at once, see
                `FilmView`.
        """
        return FilmView(self._detector, full_look_every_s)

    def classify(self, picture: NDArray[np.uint8], faces: Sequence[Face]) -> NDArray[np.float32]:
        """Probabilities, (faces, classes), of faces that `detect` found in this picture."""
        if not faces:
            return np.empty((0, len(self.labels)), np.float32)
        grey = to_grey(picture)
        cuts = [
            cut_face(grey, frame_face(face, self._framing, self._upright or face.is_lying))
            for face in faces
        ]
        return self._classifier.probabilities(np.stack(cuts))

    def recognise(self, picture: NDArray[np.uint8]) -> list[Recognition]:
        """Both: the faces in a picture (height, width, 3), the surest first."""
        faces = self.detect(picture)
        return [
            Recognition(face, probabilities)
            for face, probabilities in zip(faces, self.classify(picture, faces), strict=True)
        ]


@lru_cache(maxsize=1)
def process_recognizer(
    model: str, detector: str, upright: bool, framing: Framing | None = None
) -> Recognizer:
    """One for all the pictures that a process looks at; arguments as for `Recognizer`."""
    return Recognizer(model, detector, upright=upright, framing=framing)
