"""Reading the text files that stand beside pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fer_keras.errors import InputError

LARGEST_TEXT = 1 << 28
"""Bytes; a million lines have some fifty million."""


def read_lines(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line that is not blank.

    Raises:
        InputError: if the file can't be read, is far too large, or is no text.
    """
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise InputError(f"{source}: {path.name} is far too large for a list of faces")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{source}: {path.name} can't be read as text ({reason})") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()
