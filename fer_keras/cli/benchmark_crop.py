"""`fer-keras benchmark crop`: which part of a photo a face model should see."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options, face_options
from fer_keras.cli.printing import say


def crop(
    data: data_options.Data,
    model: face_options.Model = "mobile-s",
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
    from fer_keras.data.source import open_data
    from fer_keras.studies.framing_study import study_crop

    study_crop(model, open_data(data, report=say), out, split=split, faces=faces, report=say)
