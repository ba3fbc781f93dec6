"""Photos: which files are meant."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.picture_file import SUFFIXES

PHOTO_SUFFIXES = SUFFIXES

NAMED = 5
"""Of what is left in a folder, how many are named for each reason."""

ANNOTATED = "fer-keras annotated copy"
"""The EXIF field Software of copies that we drew on; they are no photos."""

MARKED_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
"""Of annotated copies: formats that all viewers open and that take EXIF."""

_START = 1 << 16
"""Bytes of a file's start and end within which its EXIF stands."""


def find_photos(
    arguments: Iterable[str], report: Callable[[str], None] = lambda line: None
) -> list[Path]:
    """The photos meant by files, folders (and theirs) and glob patterns, each once.

    Args:
        arguments: as the user gave them. A path that exists is never read as a pattern.
        report: called with a line for each folder of which something was left.

    Raises:
        InputError: if an argument means no photo.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        path = Path(argument)
        left: dict[str, list[str]] = {}
        if path.is_dir():
            paths = _photos_below(path, left)
        elif path.exists():
            paths = [path]
        else:
            # Path.glob takes no absolute patterns, and users write them.
            matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207
            paths = [Path(match) for match in matches if Path(match).is_file()]
        says = "; ".join(
            f"{len(names)} {why} ({', '.join(names[:NAMED])}{', ...' * (len(names) > NAMED)})"
            for why, names in left.items()
        )
        if not paths:
            what = "no photos in it" if path.is_dir() else "no such file, folder or pattern"
            raise InputError(
                f"{argument}: {what} (looked for {', '.join(SUFFIXES)}){says and ': left ' + says}"
            )
        if says:
            report(f"{argument}: {len(paths)} photos; left {says}")
        found.update(dict.fromkeys(paths))
    return list(found)


def _photos_below(folder: Path, left: dict[str, list[str]]) -> list[Path]:
    """The photos of a folder and of those in it; what is not taken goes to `left`, by reason."""
    found: list[Path] = []

    def leave(why: str, path: str) -> None:
        left.setdefault(why, []).append(os.path.relpath(path, folder))

    def unread(error: OSError) -> None:
        leave("folders that can't be read", os.fsdecode(error.filename))

    for above, folders, names in os.walk(folder, onerror=unread):
        for name in sorted(folders):
            path = Path(above, name)
            if name.startswith("."):
                leave("hidden folders", str(path))
            elif path.is_symlink():  # one may lead above itself
                leave("linked folders", str(path))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(above, name)
            if name.startswith(".") or not path.is_file():
                leave("hidden files, pipes and broken links", str(path))
            elif path.suffix.lower() not in SUFFIXES:
                leave("files of other kinds", str(path))
            elif is_annotated(path):
                leave("annotated copies of our own", str(path))
            else:
                found.append(path)
    return sorted(found)


def is_annotated(path: Path) -> bool:
    """Whether a picture is an annotated copy that `predict` drew."""
    if path.suffix.lower() not in MARKED_SUFFIXES:
        return False
    try:
        with path.open("rb") as file:
            start = file.read(_START)
            file.seek(max(0, path.stat().st_size - _START))  # where WebP has it
            return ANNOTATED.encode() in start or ANNOTATED.encode() in file.read(_START)
    except OSError:
        return False
