"""One process at a time in a run folder, and on the training that is planned for it."""

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


@contextmanager
def claim(folder: Path) -> Iterator[bool]:
    """Inside, no other process that asks for the same claim gets it; it waits for nobody.

    The lock lies beside the folder, which need not be there yet: `.NAME.lock`.

    Args:
        folder: of a training that several processes may want to begin, or to go on with.

    Yields:
        Whether it is ours: False where another process has it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.parent / f".{folder.name}{LOCK}", timeout=0, is_singleton=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
