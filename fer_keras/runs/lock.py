"""One process at a time in a run folder, and on the training that is planned for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.lock_file import locked

LOCK = ".lock"


@contextmanager
def only_one_in(folder: Path) -> Iterator[None]:
    """Inside, no other process and no other thread trains in this folder.

    The operating system takes the lock away when its process dies, however it does.

    Raises:
        InputError: if another is there already, or the lock can't be made.
    """
    with locked(folder / LOCK, wait=False) as ours:
        if not ours:
            raise InputError(f"{folder}: another process trains in this run folder")
        yield


def claim(folder: Path) -> AbstractContextManager[bool]:
    """Inside, no other process that asks for the same claim gets it; it waits for nobody.

    The lock lies beside the folder, which need not be there yet: `.NAME.lock`.

    Args:
        folder: of a training that several processes may want to begin, or to go on with.

    Returns:
        A context of whether it is ours: False where another process has it.
    """
    return locked(folder.parent / f".{folder.name}{LOCK}", wait=False)
