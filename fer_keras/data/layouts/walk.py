"""Looking through folders as people leave them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from fer_keras.data.archive import IMAGE_SUFFIXES
from fer_keras.errors import InputError
from fer_keras.files import check_input_file, reason

WINDOWS = ("thumbs.db", "desktop.ini")
"""What its Explorer leaves in folders."""


def visible(folder: Path) -> list[Path]:
    """What lies in a folder, sorted, without what systems leave behind.

    That is .DS_Store, ._angry.jpg, __MACOSX, .ipynb_checkpoints, Thumbs.db, desktop.ini.
    """
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    return [
        folder / name
        for name in names
        if not name.startswith((".", "__MACOSX")) and name.lower() not in WINDOWS
    ]


def has_images(folder: Path) -> bool:
    """Whether images lie in the folder itself."""
    return any(path.suffix.lower() in IMAGE_SUFFIXES for path in folder.iterdir())


def inner_folder(folder: Path, stop: Collection[str]) -> Path:
    """Through folders that hold nothing but one folder of folders, as archives often have them.

    Args:
        folder: where to begin.
        stop: names, in small letters, of folders that are not gone into.
    """
    while True:
        children = visible(folder)
        if len(children) != 1 or not children[0].is_dir() or children[0].name.lower() in stop:
            return folder
        if has_images(children[0]) or not any(child.is_dir() for child in visible(children[0])):
            return folder
        folder = children[0]


def files_below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """All files below a folder, always in the same order; what is linked to counts as being there.

    Links that lead back are followed once.
    """
    seen = set()
    pending = [folder]
    while pending:
        place = pending.pop()
        status = place.stat()
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if _is_folder(entry):
                    pending.append(Path(entry.path))
                else:
                    yield entry


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether a folder is there; a link that leads to itself counts as a file that is broken."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def pictures_below(folder: Path) -> int:
    """How many images lie anywhere below a folder."""
    return sum(
        entry.name.lower().endswith(IMAGE_SUFFIXES) and not entry.name.startswith(".")
        for entry in files_below(folder)
    )


LARGEST_TEXT = 1 << 28
"""Bytes; a million lines have some fifty million."""


def read_lines(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line that is not blank.

    Raises:
        InputError: if the file can't be read, is far too large, or is no text.
    """
    check_input_file(path)
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise InputError(f"{source}: {path.name} is far too large for a list of faces")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{source}: {path.name} can't be read as text ({reason(error)})"
        ) from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()
