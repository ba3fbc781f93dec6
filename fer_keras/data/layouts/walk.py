"""Looking through folders as people leave them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from fer_keras.data.archive import IMAGE_SUFFIXES


def visible(folder: Path) -> list[Path]:
    """What lies in a folder, sorted, without what systems leave behind.

    That is .DS_Store, ._angry.jpg, __MACOSX, .ipynb_checkpoints, Thumbs.db.
    """
    return sorted(
        child
        for child in folder.iterdir()
        if not child.name.startswith((".", "__MACOSX")) and child.name != "Thumbs.db"
    )


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


def files_below(folder: Path) -> Iterator[Path]:
    """All files below a folder, sorted, through links to folders too; loops are entered once."""
    seen = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        status = Path(place).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders.sort()
        for name in sorted(files):
            yield Path(place) / name


def pictures_below(folder: Path) -> int:
    """How many images lie anywhere below a folder."""
    return sum(
        path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")
        for path in files_below(folder)
    )
