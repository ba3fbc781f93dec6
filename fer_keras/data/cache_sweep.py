"""Entries of the cache that nobody has opened for long are removed; none that is in use.

Each entry has a file whose time says when it was opened last. Who opens an entry shares the lock on
it until the process ends; who removes one has to have the lock alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path

from fer_keras.scratch_folder import scratch_folder

try:
    import fcntl
except ImportError:  # Windows: what is mapped can't be removed there
    fcntl = None  # type: ignore[assignment]

KEPT_DAYS = 60
"""Days since it was opened last after which an entry is removed."""

_ENTRY = re.compile(r"[0-9a-f]{64}")
_USED = "used"
_HELD: dict[str, int] = {}
_SWEPT: set[str] = set()


def use_entry(entry: Path) -> bool:
    """Keep an entry from being removed until this process ends, and note the time.

    Returns:
        Whether it may be read; not where it is being removed.
    """
    key = str(entry.absolute())
    try:
        if not _is_held(key, entry / _USED):
            file = os.open(entry / _USED, os.O_RDWR | os.O_CREAT, 0o600)
            if not _lock(file, alone=False):
                os.close(file)
                return False
            _HELD[key] = file
        os.utime(entry / _USED)
    except OSError:  # a cache that can't be written: nobody can remove anything either
        pass
    return True


def sweep_entries(cache: Path) -> None:
    """Remove the entries that were not opened for `KEPT_DAYS`, once in each process."""
    key = str(cache.absolute())
    if key in _SWEPT:
        return
    _SWEPT.add(key)
    with contextlib.suppress(OSError), os.scandir(cache) as entries:
        for entry in entries:
            if _ENTRY.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _sweep(Path(entry.path))


def _is_held(key: str, used: Path) -> bool:
    """Whether the lock is of the file that is there now: a damaged entry is made anew."""
    if key not in _HELD:
        return False
    with contextlib.suppress(OSError):
        if os.path.samestat(os.fstat(_HELD[key]), used.stat()):
            return True
    os.close(_HELD.pop(key))
    return False


def _sweep(entry: Path) -> None:
    if not _is_old(entry):
        return
    # Made where it is missing, as in entries of older versions, without a look at its time.
    file = os.open(entry / _USED, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _lock(file, alone=True):
            with scratch_folder(entry.parent) as folder:
                entry.rename(folder / entry.name)  # gone at once for all who look for it
    finally:
        os.close(file)


def _is_old(entry: Path) -> bool:
    used = entry / _USED
    opened = (used if used.exists() else entry).stat().st_mtime
    return time.time() - opened > KEPT_DAYS * 24 * 3600


def _lock(file: int, *, alone: bool) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: age alone decides
        return True
    return True
