"""Files that a command makes anew each time: those of the last time don't stay beside them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.files import read_json, write_text


@contextmanager
def replacing(folder: Path, names: Collection[str], listing: str) -> Iterator[None]:
    """Inside, the caller writes files; at the end those that it wrote another time are removed.

    What it writes stands in a list in the folder, so that files of anybody else stay. After an
    error, or where the process is killed, the old ones stay, too, and are removed the next time.

    Args:
        folder: of the files; it is made.
        names: of the files that will be written, without folders.
        listing: name of the list, a JSON file.

    Raises:
        InputError: if the list is another file, or can't be written.
    """
    before = _read(folder / listing)
    _write(folder / listing, {*before, *names})
    yield
    for name in before - set(names):
        (folder / name).unlink(missing_ok=True)
    _write(folder / listing, set(names))


def _read(listing: Path) -> set[str]:
    if not listing.exists():
        return set()
    found = read_json(listing)
    # It may say anything by now; nothing outside the folder is removed.
    if not isinstance(found, list) or not all(
        isinstance(name, str) and Path(name).name == name != ".." for name in found
    ):
        raise InputError(f"{listing}: not the list that fer-keras left; name another folder")
    return set(found)


def _write(listing: Path, names: set[str]) -> None:
    write_text(listing, json.dumps(sorted(names), indent=2, ensure_ascii=True) + "\n")
