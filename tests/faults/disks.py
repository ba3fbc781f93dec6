"""Small disks, full disks and disks that can't be written."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = 4096


@contextlib.contextmanager
def disk(place: Path, size: int | None = None) -> Iterator[Path]:
    """A disk of `size` bytes (None: large) in a new folder; the test is skipped without the right.

    It is made and taken away by `mount`, which is root's: on machines where nobody may, nothing
    else makes a disk full on purpose.
    """
    place.mkdir()
    options = [] if size is None else ["-o", f"size={max(PAGE, size)}"]
    if not _mount("-t", "tmpfs", *options, "tmpfs", str(place)):
        # A table of what was tried has to have it all.
        leave = pytest.fail if os.environ.get("FER_KERAS_FAULTS_TABLE") else pytest.skip
        leave("no right to mount a disk of memory")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def protect(place: Path) -> None:
    """Let nothing be written to a `disk` any more: root heeds no permission bits, but this."""
    assert _mount("-o", "remount,ro", str(place))


def fill(place: Path, left: int = 0) -> Path:
    """A file that leaves `left` bytes of a disk free."""
    file = place / "filler"
    with file.open("wb", buffering=0) as opened, contextlib.suppress(OSError):
        while opened.write(bytes(PAGE)) == PAGE:
            pass
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.truncate(max(0, size - left))
    return file


def _mount(*arguments: str) -> bool:
    try:
        return subprocess.run(["mount", *arguments], capture_output=True).returncode == 0
    except OSError:
        return False
