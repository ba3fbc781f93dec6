"""What was found in a photo, as JSON, CSV rows and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fer_keras.faces.recognizer import Recognition
from fer_keras.models.classification import UNSURE
from fer_keras.tables import TextTable

NO_FACE = "no face"


@dataclass(frozen=True)
class PhotoResult:
    """What was found in a photo.

    Attributes:
        photo: its path.
        width, height: in pixels, upright.
        faces: the surest first; none is a result too.
        labels: class names, in the order of the probabilities.
        abstain_below: the probability below which the answer is "unsure".
        tried: where nothing was found: where it was looked, and for what; else "".
    """

    photo: Path
    width: int
    height: int
    faces: tuple[Recognition, ...]
    labels: tuple[str, ...]
    abstain_below: float
    tried: str = ""

    def answer(self, found: Recognition) -> tuple[int | None, str, float]:
        """The emotion's index (None: unsure), its name or "unsure", the greatest probability."""
        leader = int(found.probabilities.argmax())
        probability = float(found.probabilities[leader])
        if probability < self.abstain_below:
            return None, UNSURE, probability
        return leader, self.labels[leader], probability

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; boxes and points in pixels."""
        faces = []
        for found in self.faces:
            _, emotion, probability = self.answer(found)
            face = found.face
            faces.append(
                {
                    "emotion": emotion,
                    "probability": probability,
                    "probabilities": dict(
                        zip(self.labels, map(float, found.probabilities), strict=True)
                    ),
                    "box": [face.left, face.top, face.right, face.bottom],
                    "keypoints": [list(point) for point in face.keypoints],
                    "score": face.score,
                }
            )
        return {
            "photo": str(self.photo),
            "width": self.width,
            "height": self.height,
            "faces": faces,
            **({} if faces else {"tried": self.tried}),
        }

    def to_rows(self) -> list[list[object]]:
        """Rows under `csv_header`: one a face; of a photo without faces one, empty after face 0."""
        if not self.faces:
            return [[self.photo, 0, NO_FACE, *[""] * (6 + len(self.labels))]]
        rows: list[list[object]] = []
        for number, found in enumerate(self.faces, start=1):
            _, emotion, probability = self.answer(found)
            face = found.face
            numbers = [probability, face.left, face.top, face.right, face.bottom, face.score]
            decimals = [f"{value:.4f}" for value in (*numbers, *map(float, found.probabilities))]
            rows.append([self.photo, number, emotion, *decimals])
        return rows


def csv_header(labels: Sequence[str]) -> list[str]:
    """Names of the columns of `PhotoResult.to_rows`."""
    place = ("left", "top", "right", "bottom", "score")
    return ["photo", "face", "emotion", "probability", *place, *(f"p_{name}" for name in labels)]


def photo_table(results: Sequence[PhotoResult]) -> TextTable:
    """One row a face."""
    rows: list[list[str]] = []
    for result in results:
        photo = str(result.photo)
        if not result.faces:
            rows.append([photo, "", NO_FACE, "", "", ""])
        for number, found in enumerate(result.faces, start=1):
            _, emotion, probability = result.answer(found)
            second = int(found.probabilities.argsort()[-2]) if len(result.labels) > 1 else 0
            face = found.face
            rows.append(
                [
                    photo if number == 1 else "",
                    str(number),
                    emotion,
                    f"{probability:.0%}",
                    f"{result.labels[second]} {found.probabilities[second]:.0%}",
                    f"{face.width:.0f}x{face.height:.0f}+{face.left:.0f}+{face.top:.0f}",
                ]
            )
    columns = ["photo", "face", "emotion", "probability", "second", "box"]
    return TextTable(columns, rows, left=frozenset({"emotion", "second"}))
