"""How to cut faces out of photos so that they lie as FER2013's do: the measurement.

FER2013's own faces are put into photos: enlarged, with room around them. The detector finds them
there, and since the frame is known, so is the square that gives it back. Then squares of other
sizes and heights are cut, and a classifier says what they cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
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
FRAME, QUARTERS = ("scale", "rise", "aside"), ("q1", "median", "q3")


Rows = Iterator[dict[str, Any]]
"""Rows of a table by column: see each function."""


def measure_framing(images: NDArray[np.uint8], detector: str) -> Rows:
    """Which square gives FER2013's frame back, for each way of making photos of its faces.

    Args:
        images: faces, (n, 48, 48, 1).
        detector: that is to find them.

    Yields:
        detector, ground, room: how; faces: tried; found: 0 to 1, the share that the detector found;
        over these the quartiles (_q1, _median, _q3) of scale and rise, see `Framing`, and of aside:
        how far the frame's centre lies right of the box's, in sides of the box.
    """
    finder = Detector(detector)
    for ground in GROUNDS:
        for room in ROOMS:
            found = [face for _, face in find_faces(images, finder, ground, room)]
            yield {
                "detector": detector,
                "ground": ground,
                "room": room,
                "faces": len(images),
                "found": len(found) / len(images),
                **{
                    f"{name}_{quarter}": value
                    for name, values in _frames(found, room).items()
                    for quarter, value in zip(QUARTERS, _quartiles(values), strict=True)
                },
            }


def measure_accuracy(split: Split, detector: str, classifier: Classifier) -> Rows:
    """Classify the faces of a split as they are and in many framings.

    Squares that reach beyond the frame get its edge pixels repeated, which is poorer than what a
    photo has there: the cost of too large a square is overstated.

    Yields:
        detector; scale, rise: how the faces were cut, "original" for those as FER2013 has them;
        faces: those that the detector found; accuracy: 0 to 1.
    """
    ground, room = "black", ROOMS[-1]  # where both detectors find most faces
    located = list(find_faces(split.images, Detector(detector), ground, room))
    if not located:
        raise InputError(
            f"the {detector} detector finds none of these faces; take pictures of people"
        )
    index = np.array([row for row, _ in located], np.int64)
    labels = split.labels[index]

    def row(scale: object, rise: object, faces: NDArray[np.uint8]) -> dict[str, Any]:
        frame = {"detector": detector, "scale": scale, "rise": rise}
        return {**frame, **_judged(classifier, faces, labels)}

    yield row("original", "", split.images[index])
    own = FRAMINGS[detector]
    framings = [Framing(scale, own.rise) for scale in SCALES]
    framings += [Framing(own.scale, rise) for rise in RISES]
    for framing in dict.fromkeys([own, *framings]):
        cuts = [
            cut_face(_photo(split.images[i], "edge", room), frame_face(face, framing))
            for i, face in located
        ]
        yield row(framing.scale, framing.rise, np.stack(cuts))


def measure_tilt(split: Split, detector: str, classifier: Classifier) -> Rows:
    """Classify the faces of a split in turned photos, with and without turning them back.

    Yields:
        detector; tilt: degrees by which the photos were turned, on top of how FER2013's heads are
        held; upright: whether faces were turned by their eyes before they were cut; faces: found in
        photos turned so; accuracy: 0 to 1.
    """
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
            turned = {"detector": detector, "tilt": tilt, "upright": upright}
            yield {**turned, **_judged(classifier, np.stack(cuts), labels)}


def _judged(
    classifier: Classifier, faces: NDArray[np.uint8], labels: NDArray[np.int64]
) -> dict[str, Any]:
    right = classifier.probabilities(faces).argmax(axis=1) == labels
    return {"faces": len(right), "accuracy": round(float(right.mean()), 4)}


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
    frames: dict[str, list[float]] = {name: [] for name in FRAME}
    for face in faces:
        side = max(face.width, face.height)
        x, y = face.centre
        frames["scale"].append(ENLARGED / side)
        frames["rise"].append((y - centre) / side)
        frames["aside"].append((centre - x) / side)
    return frames


def _quartiles(values: list[float]) -> list[float]:
    if not values:
        return [float("nan")] * 3
    return [float(value) for value in np.percentile(values, [25, 50, 75])]


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
    few, names = chosen.take(slice(0, faces)), list(DETECTOR_MODELS)
    about = {"model": classifier.path.stem}
    tables = {
        "framing.csv": (row for name in names for row in measure_framing(few.images, name)),
        "accuracy.csv": (
            about | row for name in names for row in measure_accuracy(chosen, name, classifier)
        ),
        "tilt.csv": (about | row for name in names for row in measure_tilt(few, name, classifier)),
    }
    for file, rows in tables.items():
        table = pd.DataFrame(rows).round({f"{what}_{q}": 3 for what in FRAME for q in QUARTERS})
        write_text(out / file, table.to_csv(index=False, lineterminator="\n"))
        report(f"written: {out / file}")
