"""JAFFE (Lyons, Akamatsu, Kamachi and Gyoba 1998): KA.AN1.39.tiff is KA's first angry face."""

from __future__ import annotations

import re
from pathlib import Path

from fer_keras.data.layouts.listing import Listing, Picture
from fer_keras.data.layouts.walk import visible

LABELS = {
    "AN": "angry",
    "DI": "disgust",
    "FE": "fear",
    "HA": "happy",
    "NE": "neutral",
    "SA": "sad",
    "SU": "surprise",
}
NAME = re.compile(
    r"([A-Z]{2})\.(AN|DI|FE|HA|NE|SA|SU)\d?\.\d+\.(?:tiff?|png|jpe?g|bmp)", re.IGNORECASE
)
"""Its own are TIFF; copies are often something else."""


def find_jaffe(folder: Path) -> Path | None:
    """Where its files lie, or None."""
    for place in (folder, folder / "jaffe", folder / "jaffedbase"):
        if place.is_dir() and any(NAME.fullmatch(path.name) for path in place.iterdir()):
            return place
    return None


def list_jaffe(folder: Path, source: str) -> Listing:
    """Its faces; each woman stands in one split."""
    place = find_jaffe(folder)
    assert place is not None
    pictures, left = [], 0
    for path in visible(place):
        match = NAME.fullmatch(path.name)
        if match is None:
            left += path.is_file()
            continue
        subject, label = match[1].upper(), LABELS[match[2].upper()]
        pictures.append(Picture(path.relative_to(folder).as_posix(), label, "", subject))
    notes = ["the face is found in each picture and cut out"]
    if left:
        notes.append(f"left: {left:,} files that are not called as JAFFE's pictures")
    return Listing("JAFFE (KA.AN1.39.tiff)", pictures, notes, portraits=True)
