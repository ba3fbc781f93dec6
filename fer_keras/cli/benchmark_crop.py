"""`fer-keras benchmark crop`: which part of a photo a face model should see."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options, face_options
from fer_keras.models.model_file import DEFAULT_MODEL


def crop(
    data: data_options.Data,
    model: face_options.Model = DEFAULT_MODEL,
    split: data_options.SplitName = "validation",
    faces: Annotated[
        int,
        typer.Option(help="Faces that frame and tilt are measured on; the margin: on all.", min=1),
    ] = 1000,
    out: Annotated[
        Path, typer.Option(help="Folder for framing.csv, accuracy.csv, tilt.csv.")
    ] = Path("results/crop"),
) -> None:
    """Measure which square around a detected face gives FER2013's frame, and what others cost.

    Example: `fer-keras benchmark crop --data fer2013.csv.gz`
    """
    from rich.console import Console

    from fer_keras.data.source import open_data
    from fer_keras.detection.blazeface import DETECTOR_MODELS
    from fer_keras.errors import InputError
    from fer_keras.models import Classifier
    from fer_keras.studies.framing_study import (
        measure_accuracy,
        measure_framing,
        measure_tilt,
    )

    console = Console()
    loaded = open_data(data, report=console.print)
    chosen = loaded.split(split)
    classifier = Classifier(model)
    file = classifier.path
    if classifier.labels != loaded.labels:
        raise InputError(f"--model {model}: its labels are not those of {data}; take another")
    out.mkdir(parents=True, exist_ok=True)
    few = chosen.take(slice(0, faces))
    framing = [row for name in DETECTOR_MODELS for row in measure_framing(few.images, name)]
    _write(
        out / "framing.csv",
        ["detector", "ground", "room", "faces", "found"]
        + [f"{name}_{q}" for name in ("scale", "rise", "aside") for q in ("q1", "median", "q3")],
        (
            [
                *(row.detector, row.ground, row.room, row.faces, f"{row.found:.3f}"),
                *(f"{value:.3f}" for value in (*row.scale, *row.rise, *row.aside)),
            ]
            for row in framing
        ),
    )
    accuracy = [
        row for name in DETECTOR_MODELS for row in measure_accuracy(chosen, name, classifier)
    ]
    _write(
        out / "accuracy.csv",
        ["model", "detector", "scale", "rise", "faces", "accuracy"],
        (
            [
                *(file.stem, row.detector),
                *((row.framing.scale, row.framing.rise) if row.framing else ("original", "")),
                *(row.faces, f"{row.accuracy:.4f}"),
            ]
            for row in accuracy
        ),
    )
    tilted = [row for name in DETECTOR_MODELS for row in measure_tilt(few, name, classifier)]
    _write(
        out / "tilt.csv",
        ["model", "detector", "tilt", "upright", "faces", "accuracy"],
        (
            [file.stem, row.detector, row.tilt, row.upright, row.faces, f"{row.accuracy:.4f}"]
            for row in tilted
        ),
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV, whole or not at all."""
    temporary = path.with_name(f".partial-{path.name}")
    with temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    temporary.replace(path)
    typer.echo(f"written: {path}")
