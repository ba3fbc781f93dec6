"""FER+'s own layout: what its generate_training_data.py writes (Barsoum et al. 2016).

FER2013Train/label.csv   fer0000000.png,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0
FER2013Train/fer0000000.png
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np

from fer_keras.data.archive import IMAGE_SUFFIXES
from fer_keras.data.ferplus import COLUMNS, majority, without_outliers
from fer_keras.data.labels import EMOTIONS, canonical_emotion
from fer_keras.data.layouts.listing import Listing, Picture
from fer_keras.data.layouts.walk import has_images, pictures_below, read_lines, visible
from fer_keras.errors import InputError

FOLDERS = {"FER2013Train": "train", "FER2013Valid": "validation", "FER2013Test": "test"}
BOX = re.compile(r"\((-?\d{1,6}), ?(-?\d{1,6}), ?(-?\d{1,6}), ?(-?\d{1,6})\)")


def find_ferplus_folders(folder: Path) -> Path | None:
    """Where its folders lie, or None."""
    for place in (folder, folder / "data", folder / "images"):
        if any(_is_ours(place / name) for name in FOLDERS):
            return place
    return None


def _is_ours(folder: Path) -> bool:
    """Pictures without label.csv would be taken for three classes, called as the folders are."""
    return (folder / "label.csv").exists() or (folder.is_dir() and has_images(folder))


def list_ferplus_folders(folder: Path, source: str) -> Listing:
    """The faces on which a majority of the votes agrees, with their votes.

    Raises:
        InputError: for a row that is not a name, a box and ten votes; for a folder without its
            table.
    """
    place = find_ferplus_folders(folder)
    assert place is not None
    pictures: list[Picture] = []
    votes: list[list[int]] = []
    notes: list[str] = []
    for name, split in FOLDERS.items():
        if not (place / name).is_dir():
            continue
        if not (place / name / "label.csv").is_file():
            raise InputError(f"{source}: {name} has no label.csv; copy it from FERPlus/data")
        undecided = missing = 0
        seen: set[str] = set()
        for number, line in read_lines(place / name / "label.csv", source):
            face, box, counts = _parse(line, f"{source}, {name}/label.csv, row {number}")
            seen.add(face)
            cleaned = without_outliers(np.array([counts]))
            winner = int(majority(cleaned)[0])
            if winner < 0 or canonical_emotion(COLUMNS[winner]) not in EMOTIONS:
                undecided += 1
            elif not (place / name / face).exists():
                missing += 1
            else:
                path = (place / name / face).relative_to(folder).as_posix()
                pictures.append(Picture(path, COLUMNS[winner], split, "", box))
                votes.append(cleaned[0].tolist())
        if undecided:
            notes.append(
                f"left: {undecided:,} faces of {name} without a majority, unknown or no face"
            )
        if missing:
            notes.append(f"left: {missing:,} rows of {name}/label.csv whose picture is not there")
        if untold := sum(
            path.name not in seen and path.suffix.lower() in IMAGE_SUFFIXES
            for path in visible(place / name)
        ):
            notes.append(f"left: {untold:,} images of {name} without a row in label.csv")
    notes += [
        f"left: {child.name} ({count:,} images), which is not FER+'s"
        for child in visible(place)
        if child.is_dir() and child.name not in FOLDERS and (count := pictures_below(child))
    ]
    return Listing(
        "FER+ (FER2013Train, Valid, Test; label.csv)",
        pictures,
        notes,
        np.array(votes, dtype=np.float32).reshape(len(votes), len(COLUMNS)),
        COLUMNS,
    )


def _parse(line: str, where: str) -> tuple[str, tuple[int, int, int, int], list[int]]:
    try:
        cells = next(csv.reader([line]))
    except csv.Error:  # a cell of 131,073 characters, or NUL
        cells = []
    box = BOX.fullmatch(cells[1].strip()) if len(cells) == 2 + len(COLUMNS) else None
    counts = [cell.strip() for cell in cells[2:]]
    good = all(count.isascii() and count.isdigit() and int(count) <= 10 for count in counts)
    if box is None or not good or "/" in cells[0] or "\\" in cells[0] or not cells[0]:
        raise InputError(
            f"{where}: expected a file's name, its box and ten votes from 0 to 10, as "
            'fer0000000.png,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0'
        )
    left, top, right, bottom = (int(number) for number in box.groups())
    return cells[0], (left, top, right, bottom), [int(count) for count in counts]
