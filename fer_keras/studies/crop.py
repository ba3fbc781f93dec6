"""Which part of a photo a face model should see: the three tables of `benchmark crop`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from fer_keras.data.face_data import FaceData
from fer_keras.detection.blazeface import DETECTOR_MODELS
from fer_keras.errors import InputError
from fer_keras.files import write_text
from fer_keras.models import Classifier, ModelLike
from fer_keras.studies.framing_study import measure_accuracy, measure_framing, measure_tilt

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
