"""ExpW (Zhang, Luo, Loy and Tang 2015): photographs, and a list of the faces in them.

label.lst: image_name face_id top left right bottom confidence expression
"""

from __future__ import annotations

from pathlib import Path

from fer_keras.data.labels import FER2013_LABELS
from fer_keras.data.layouts.listing import Listing, Picture
from fer_keras.data.layouts.walk import read_lines
from fer_keras.errors import InputError

LABELS = FER2013_LABELS
"""In the order of its numbers, which are FER2013's."""

LIST = "label.lst"
PHOTOS = ("image/origin", "origin", "image", "images")
LISTS = (f"label/{LIST}", LIST)


def find_expw(folder: Path) -> Path | None:
    """Its list, or None."""
    for name in LISTS:
        if (folder / name).is_file():
            return folder / name
    return None


def list_expw(folder: Path, source: str) -> Listing:
    """Each listed face by its box; the faces of a photograph stand in one split.

    Raises:
        InputError: for a line that is not of eight columns, or without a folder of photographs.
    """
    table = find_expw(folder)
    assert table is not None
    places = [name for name in PHOTOS if (folder / name).is_dir()]
    if not places:
        raise InputError(f"{source}: {LIST}, but no folder {PHOTOS[0]} or {PHOTOS[1]} with photos")
    pictures, missing = [], 0
    known: dict[str, bool] = {}
    for number, line in read_lines(table, source):
        where = f"{source}, {LIST}, line {number}"
        words = line.split()
        try:
            name, _, top, left, right, bottom, _, label = words
            box = int(left), int(top), int(right), int(bottom)
            emotion = LABELS[_index(label)]
        except ValueError as error:
            raise InputError(
                f"{where}: {line[:80]!r}; expected image, face, top, left, right, bottom, "
                "confidence and an expression from 0 to 6"
            ) from error
        if "/" in name or "\\" in name:
            raise InputError(f"{where}: {name[:60]!r} is no plain file name")
        path = f"{places[0]}/{name}"
        if path not in known:
            known[path] = (folder / path).exists()
        if known[path]:
            pictures.append(Picture(path, emotion, "", name, box))
        else:
            missing += 1
    notes = ["faces cut out by the list's boxes as they stand"]
    if missing:
        notes.append(f"left: {missing:,} faces whose photo is not in {places[0]}")
    return Listing(f"ExpW ({LIST})", pictures, notes)


def _index(text: str) -> int:
    number = int(text)
    if not 0 <= number < len(LABELS):
        raise ValueError(text)
    return number
