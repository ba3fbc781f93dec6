"""A face that was found and named: what users of the interface get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from fer_keras.detection import Face
from fer_keras.models.classification import Classification


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
