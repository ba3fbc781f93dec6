"""How to cut faces out of photos so that they lie as FER2013's do: the measurement.

FER2013's own faces are put into photos: enlarged, with room around them. The detector finds them
there, and since the frame is known, so is the square that gives it back. Then squares of other
sizes and heights are cut, and a classifier says what they cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData, Split
from fer_keras.detection import Detector, Face
from fer_keras.detection.blazeface import DETECTOR_MODELS
from fer_keras.errors import InputError
from fer_keras.faces.crop import FRAMINGS, Framing, Square, cut_face, frame_face
from fer_keras.files import write_text
from fer_keras.models import Classifier, ModelLike

ENLARGED = 128
"""Side of an enlarged face in pixels."""
ROOMS = (0.5, 1.0)
"""Around it, in sides of the face."""
GROUNDS = ("edge", "grey", "black")
"""What fills the room: the frame's edge pixels repeated, or a colour."""
SCALES = (0.8, 0.9, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.6)
RISES = (-0.05, 0.0, 0.05, 0.1, 0.15, 0.2)
TILTS = (0, 15, 30)
"""Degrees by which photos are turned."""


@dataclass(frozen=True)
class FramingRow:
    """Which square gives FER2013's frame back, for one way of making photos.

    Attributes:
        detector, ground, room: how.
        faces: tried.
        found: 0 to 1, share of them that the detector found.
        scale, rise: quartiles over the faces found; see `Framing`.
        aside: quartiles of how far the frame's centre lies right of the box's, in sides of the box.
    """

    detector: str
    ground: str
    room: float
    faces: int
    found: float
    scale: tuple[float, float, float]
    rise: tuple[float, float, float]
    aside: tuple[float, float, float]


@dataclass(frozen=True)
class AccuracyRow:
    """What a framing costs.

    Attributes:
        detector: that found the faces.
        framing: how they were cut, or None: the faces as FER2013 has them.
        faces: the same in every row of a detector: those that it found.
        accuracy: 0 to 1.
    """

    detector: str
    framing: Framing | None
    faces: int
    accuracy: float


@dataclass(frozen=True)
class TiltRow:
    """What turning faces upright gains.

    Attributes:
        detector: that found the faces.
        tilt: degrees by which the photos were turned, on top of how FER2013's heads are held.
        upright: whether faces were turned upright by their eyes before they were cut.
        faces: found in photos turned so.
        accuracy: 0 to 1.
    """

    detector: str
    tilt: int
    upright: bool
    faces: int
    accuracy: float


def measure_framing(images: NDArray[np.uint8], detector: str) -> Iterator[FramingRow]:
    """Find faces (n, 48, 48, 1) in photos made of them, in every way of making photos."""
    finder = Detector(detector)
    for ground in GROUNDS:
        for room in ROOMS:
            found = [face for _, face in find_faces(images, finder, ground, room)]
            yield FramingRow(
                detector,
                ground,
                room,
                len(images),
                len(found) / len(images),
                **{name: _quartiles(values) for name, values in _frames(found, room).items()},
            )


def measure_accuracy(split: Split, detector: str, classifier: Classifier) -> Iterator[AccuracyRow]:
    """Classify the faces of a split as they are and in many framings.

    Squares that reach beyond the frame get its edge pixels repeated, which is poorer than what a
    photo has there: the cost of too large a square is overstated.
    """
    ground, room = "black", ROOMS[-1]  # where both detectors find most faces
    located = list(find_faces(split.images, Detector(detector), ground, room))
    if not located:
        raise InputError(
            f"the {detector} detector finds none of these faces; take pictures of people"
        )
    index = np.array([row for row, _ in located], np.int64)
    labels = split.labels[index]

    def row(framing: Framing | None, faces: NDArray[np.uint8]) -> AccuracyRow:
        right = classifier.probabilities(faces).argmax(axis=1) == labels
        return AccuracyRow(detector, framing, len(right), float(right.mean()))

    yield row(None, split.images[index])
    own = FRAMINGS[detector]
    framings = [Framing(scale, own.rise) for scale in SCALES]
    framings += [Framing(own.scale, rise) for rise in RISES]
    for framing in dict.fromkeys([own, *framings]):
        cuts = [
            cut_face(_photo(split.images[i], "edge", room), frame_face(face, framing))
            for i, face in located
        ]
        yield row(framing, np.stack(cuts))


def measure_tilt(split: Split, detector: str, classifier: Classifier) -> Iterator[TiltRow]:
    """Classify the faces of a split in turned photos, with and without turning them back."""
    ground, room = "edge", ROOMS[0]  # FER2013's frames are full: no colour shows at the corners
    finder = Detector(detector)
    for tilt in TILTS:
        located = list(find_faces(split.images, finder, ground, room, tilt))
        if not located:
            continue
        labels = split.labels[[index for index, _ in located]]
        for upright in (False, True):
            cuts = [
                cut_face(
                    _photo(split.images[index], ground, room, tilt),
                    frame_face(face, FRAMINGS[detector], upright),
                )
                for index, face in located
            ]
            right = classifier.probabilities(np.stack(cuts)).argmax(axis=1) == labels
            yield TiltRow(detector, tilt, upright, len(right), float(right.mean()))


def find_faces(
    images: NDArray[np.uint8], detector: Detector, ground: str, room: float, tilt: int = 0
) -> Iterator[tuple[int, Face]]:
    """Index and surest face of each picture (n, 48, 48, 1) in which one was found."""
    for index, image in enumerate(images):
        photo = _photo(image, ground, room, tilt)
        faces = detector.detect(np.repeat(photo[..., None], 3, axis=2))
        if faces:
            yield index, faces[0]


def _photo(image: NDArray[np.uint8], ground: str, room: float, tilt: int = 0) -> NDArray[np.uint8]:
    import cv2

    enlarged = cut_face(image[..., 0], Square(24, 24, 48), ENLARGED)
    border = cv2.BORDER_REPLICATE if ground == "edge" else cv2.BORDER_CONSTANT
    around = round(ENLARGED * room)
    photo: NDArray[np.uint8] = cv2.copyMakeBorder(
        enlarged, *(around,) * 4, border, value=128 if ground == "grey" else 0
    )
    if tilt:
        side = len(photo)
        photo = cut_face(photo, Square(side / 2, side / 2, side, np.radians(tilt)), side)
    return photo


def _frames(faces: Iterable[Face], room: float) -> dict[str, list[float]]:
    """The frame in terms of the box, face by face."""
    centre = ENLARGED * (room + 0.5)
    frames: dict[str, list[float]] = {"scale": [], "rise": [], "aside": []}
    for face in faces:
        side = max(face.width, face.height)
        x, y = face.centre
        frames["scale"].append(ENLARGED / side)
        frames["rise"].append((y - centre) / side)
        frames["aside"].append((centre - x) / side)
    return frames


def _quartiles(values: Any) -> tuple[float, float, float]:
    if not values:
        return float("nan"), float("nan"), float("nan")
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(low), float(middle), float(high)


QUARTERS = ("q1", "median", "q3")


def study_crop(
    model: ModelLike,
    data: FaceData,
    out: Path,
    *,
    split: str = "validation",
    faces: int = 1000,
    report: Callable[[str], None] = lambda line: None,
) -> None:
    """Measure which square around a detected face gives the data's frame, and what others cost.

    Args:
        model: what names the faces.
        data, split: faces.
        out: folder for framing.csv, accuracy.csv, tilt.csv.
        faces: those that frame and tilt are measured on; the margin: on all.
        report: called with a line for each file written.

    Raises:
        InputError: if the model's labels are not the data's.
    """
    classifier = Classifier(model)
    if classifier.labels != data.labels:
        raise InputError(
            f"model: the labels of {classifier.path} are not those of {data.source}; take another",
            "model",
        )
    chosen = data.split(split)
    few = chosen.take(slice(0, faces))
    name = classifier.path.stem

    def framing() -> Iterator[list[object]]:
        for detector in DETECTOR_MODELS:
            for row in measure_framing(few.images, detector):
                quarters = [f"{value:.3f}" for value in (*row.scale, *row.rise, *row.aside)]
                found = f"{row.found:.3f}"
                yield [row.detector, row.ground, row.room, row.faces, found, *quarters]

    def accuracy() -> Iterator[list[object]]:
        for detector in DETECTOR_MODELS:
            for row in measure_accuracy(chosen, detector, classifier):
                frame = (row.framing.scale, row.framing.rise) if row.framing else ("original", "")
                yield [name, row.detector, *frame, row.faces, f"{row.accuracy:.4f}"]

    def tilt() -> Iterator[list[object]]:
        for detector in DETECTOR_MODELS:
            for row in measure_tilt(few, detector, classifier):
                yield [name, row.detector, row.tilt, row.upright, row.faces, f"{row.accuracy:.4f}"]

    shares = [f"{what}_{quarter}" for what in ("scale", "rise", "aside") for quarter in QUARTERS]
    tables = {
        "framing.csv": (["detector", "ground", "room", "faces", "found", *shares], framing()),
        "accuracy.csv": (["model", "detector", "scale", "rise", "faces", "accuracy"], accuracy()),
        "tilt.csv": (["model", "detector", "tilt", "upright", "faces", "accuracy"], tilt()),
    }
    for file, (header, rows) in tables.items():
        write_text(out / file, _csv(header, rows))
        report(f"written: {out / file}")


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(header)).to_csv(index=False, lineterminator="\n")
