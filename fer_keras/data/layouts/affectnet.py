"""AffectNet (Mollahosseini, Hasani and Mahoor 2017), as its authors give the manual part.

train_set/images/123.jpg   train_set/annotations/123_exp.npy
val_set/images/...         val_set/annotations/...
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fer_keras.data.archive import IMAGE_SUFFIXES
from fer_keras.data.layouts.listing import Listing, Picture
from fer_keras.data.layouts.walk import visible
from fer_keras.errors import InputError
from fer_keras.files import check_input_file, reason

LABELS = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt")
"""In the order of its numbers; 8 to 10 are none, uncertain and no face."""

SETS = {"train_set": "train", "val_set": "validation"}


def find_affectnet(folder: Path) -> Path | None:
    """Where its layout begins, or None."""
    for name in SETS:
        if (folder / name / "annotations").is_dir() and (folder / name / "images").is_dir():
            return folder
    return None


def list_affectnet(folder: Path, source: str) -> Listing:
    """The faces with one of the eight expressions.

    Raises:
        InputError: for an annotation that holds no number from 0 to 10.
    """
    pictures: list[Picture] = []
    notes: list[str] = []
    for name, split in SETS.items():
        place = folder / name
        if not (place / "images").is_dir():
            continue
        unlabelled = other = 0
        for path in visible(place / "images"):
            if not path.name.lower().endswith(IMAGE_SUFFIXES):
                continue
            annotation = place / "annotations" / f"{path.stem}_exp.npy"
            if not annotation.is_file():
                unlabelled += 1
                continue
            number = _expression(annotation, f"{source}: {name}/annotations/{annotation.name}")
            if number < len(LABELS):
                pictures.append(Picture(path.relative_to(folder).as_posix(), LABELS[number], split))
            else:
                other += 1
        if unlabelled:
            notes.append(f"left: {unlabelled:,} images of {name} without an _exp.npy")
        if other:
            notes.append(f"left: {other:,} images of {name} with none, an uncertain or no face")
    return Listing("AffectNet (train_set, val_set; _exp.npy)", pictures, notes)


def _expression(path: Path, title: str) -> int:
    """The number in an array of one string or number."""
    try:
        check_input_file(path)
        text = str(np.load(path, allow_pickle=False).item())
        number = int(float(text))
    except Exception as error:  # NumPy parses a header as Python: whatever that finds wrong, too
        raise InputError(f"{title}: holds no expression ({reason(error)})") from error
    if not 0 <= number <= 10 or number != float(text):
        raise InputError(f"{title}: the expression is {text[:20]}; they go from 0 to 10")
    return number
