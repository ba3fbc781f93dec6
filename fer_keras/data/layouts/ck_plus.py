"""CK+ (Lucey et al. 2010), as its authors give it: sequences, and the emotion of some.

cohn-kanade-images/S005/001/S005_001_00000011.png
Emotion/S005/001/S005_001_00000011_emotion.txt

Both may lie in folders called as the archives that they come in.
"""

from __future__ import annotations

from pathlib import Path

from fer_keras.data.layouts.listing import Listing, Picture
from fer_keras.data.layouts.walk import read_lines, visible
from fer_keras.errors import InputError

LABELS = ("neutral", "angry", "contempt", "disgust", "fear", "happy", "sad", "surprise")
"""In the order of its numbers."""

IMAGES, EMOTIONS = "cohn-kanade-images", "Emotion"
ARCHIVES = {IMAGES: "extended-cohn-kanade-images", EMOTIONS: "Emotion_labels"}


def find_ck_plus(folder: Path) -> Path | None:
    """Where its layout begins, or None."""
    there = all(_place(folder, name).is_dir() for name in ARCHIVES)
    return folder if there else None


def _place(folder: Path, name: str) -> Path:
    inside = folder / ARCHIVES[name] / name
    return inside if inside.is_dir() else folder / name


def list_ck_plus(folder: Path, source: str) -> Listing:
    """The frame of each labelled sequence that its label is of: the last, the emotion's peak.

    Raises:
        InputError: for a label that is no number from 0 to 7, or without its frame.
    """
    pictures, unlabelled = [], 0
    emotions = _place(folder, EMOTIONS)
    for subject in (child for child in visible(_place(folder, IMAGES)) if child.is_dir()):
        for sequence in (child for child in visible(subject) if child.is_dir()):
            place = emotions / subject.name / sequence.name
            files = sorted(place.glob("*_emotion.txt")) if place.is_dir() else []
            if not files:
                unlabelled += 1
                continue
            title = f"{source}: {files[0].relative_to(folder).as_posix()}"
            label = _label(files[0], source, title)
            frame = sequence / f"{files[0].name.removesuffix('_emotion.txt')}.png"
            if not frame.is_file():
                raise InputError(f"{title}: there is no frame {frame.relative_to(folder)}")
            pictures.append(Picture(frame.relative_to(folder).as_posix(), label, "", subject.name))
    notes = ["the labelled frame of each sequence; the face is found in it and cut out"]
    if unlabelled:
        notes.append(f"left: {unlabelled:,} sequences without an emotion")
    return Listing(f"CK+ ({IMAGES}, {EMOTIONS})", pictures, notes, portraits=True)


def _label(path: Path, source: str, title: str) -> str:
    lines = [line for _, line in read_lines(path, source)]
    try:
        number = float(lines[0])
    except (IndexError, ValueError):
        number = -1
    if number not in range(len(LABELS)):
        raise InputError(f"{title}: holds no number from 0 to {len(LABELS) - 1}")
    return LABELS[int(number)]
