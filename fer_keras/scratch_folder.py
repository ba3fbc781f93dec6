"""Temporary folders that are taken away even where the process that made them was killed.

The lock in a folder dies with its process; the next process that makes one in the same place takes
away those whose lock is free.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fer_keras.files import ABANDONED, YOUNG, take_lock

_LOCK = ".alive"
_NAME = re.compile(r"\.?fer-keras-scratch-[0-9a-f]{16}")


@contextlib.contextmanager
def scratch_folder(parent: Path | None = None) -> Iterator[Path]:
    """An empty folder for as long as the context lasts.

    Args:
        parent: where it is made, hidden; it is made, too. None: in the system's temporary folder.

    Yields:
        The folder; only its owner may look into it.

    Raises:
        OSError: if it can't be made.

    >>> with scratch_folder() as folder:
    ...     _ = (folder / "a.txt").write_text("a")
    >>> folder.exists()
    False
    """
    hidden = "" if parent is None else "."
    place = Path(tempfile.gettempdir()) if parent is None else parent
    place.mkdir(parents=True, exist_ok=True)
    sweep_scratch(place)
    top = place / f"{hidden}fer-keras-scratch-{secrets.token_hex(8)}"
    top.mkdir(mode=0o700)
    lock = -1
    try:
        lock = os.open(top / _LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        take_lock(lock)
        folder = top / "files"
        folder.mkdir()
        yield folder
    finally:
        if lock >= 0:
            os.close(lock)
        shutil.rmtree(top, ignore_errors=True)


@contextlib.contextmanager
def swept_temporaries() -> Iterator[None]:
    """Inside, what this process and its libraries make with `tempfile` lies in a scratch folder.

    Where none can be made (a full or read-only disk), they make theirs where they always do.
    """
    with contextlib.ExitStack() as cleanup:
        before = tempfile.tempdir
        with contextlib.suppress(OSError):
            tempfile.tempdir = str(cleanup.enter_context(scratch_folder()))
        try:
            yield
        finally:
            tempfile.tempdir = before


def sweep_scratch(place: Path) -> None:
    """Remove the scratch folders in `place` whose processes are dead."""
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            # In a folder that all users share, whatever is not ours by name and owner stays.
            if _NAME.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _sweep(Path(entry.path))


def _sweep(folder: Path) -> None:
    found = folder.lstat()
    age = time.time() - found.st_mtime
    if not stat.S_ISDIR(found.st_mode) or age < YOUNG:
        return
    if hasattr(os, "getuid") and found.st_uid != os.getuid():
        return
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:  # it died before it had one, or while it cleaned up
        if age > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        dead = take_lock(lock)
    finally:
        os.close(lock)
    if dead:
        shutil.rmtree(folder, ignore_errors=True)
