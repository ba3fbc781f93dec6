"""Files that one process at a time has locked; the system ends a lock when its process dies."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from fer_keras.errors import InputError
from fer_keras.files import reason


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Inside, no other process and no other thread has the lock.

    Args:
        path: the lock file; it and its folder are made, and it stays.
        wait: until it is free; otherwise whoever comes second does not get it.

    Yields:
        Whether it is ours; False only where `wait` is.

    Raises:
        InputError: if something else is called so (a folder, a pipe, a device, a link that leads
            to one), or no file can be made there.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / ".lock"
    >>> with locked(path) as ours, locked(path, wait=False) as twice:
    ...     ours, twice
    (True, False)
    """
    _check(path)
    lock = FileLock(path, timeout=-1 if wait else 0, is_singleton=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError) as error:
        raise InputError(f"{path}: can't be locked ({reason(error)})") from error
    try:
        yield True
    finally:
        lock.release()


def _check(path: Path) -> None:
    """A pipe could be waited for for ever, a device may do anything when it is opened."""
    try:
        there = path.stat() if path.exists() else None
    except OSError as error:
        raise InputError(f"{path}: can't be locked ({reason(error)})") from error
    if there is not None and not stat.S_ISREG(there.st_mode):
        raise InputError(f"{path}: in the way of the file that is locked there; remove it")
