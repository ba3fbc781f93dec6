"""One process at a time in a run folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from fer_keras.errors import InputError

LOCK = ".lock"


@contextmanager
def only_one_in(folder: Path) -> Iterator[None]:
    """Inside, no other process and no other thread trains in this folder.

    The operating system takes the lock away when its process dies, however it does.

    Raises:
        InputError: if another is there already.
    """
    lock = FileLock(folder / LOCK, timeout=0, is_singleton=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise InputError(f"{folder}: another process trains in this run folder") from error
    try:
        yield
    finally:
        lock.release()
