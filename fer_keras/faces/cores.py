"""Work shared out among the cores of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, TypeVar

from fer_keras.errors import InputError

Job = TypeVar("Job")
Result = TypeVar("Result")

WORTH = 16
"""Photos for each further process: starting one takes as long as looking at some."""


def processes_for(photos: int) -> int:
    """As many as there are cores that this process may use, if there are photos enough."""
    available = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if available else os.cpu_count() or 1
    return min(cores, 1 + photos // WORTH)


def map_on_cores(
    function: Callable[[Job], Result], jobs: Iterable[Job], processes: int, together: int = 1
) -> Iterator[Result]:
    """Results in the order of the jobs, as they come; other processes do the work.

    Args:
        function: of a module's top level.
        jobs: of a kind that can be sent to another process, as results must be.
        processes: that work at the same time.
        together: jobs that a process is given at a time.

    Raises:
        InputError: if one of the processes was ended: a picture's reader crashed, or the system
            had no memory left. What came before has been yielded.
    """
    # Not forked: LiteRT and OpenCV have threads by now, which a fork would leave behind.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _start_worker)
    try:
        with _without_main():
            results = pool.map(function, jobs, chunksize=together)
        yield from results
    except BrokenProcessPool as error:
        raise InputError(
            "a process that looked at photos was ended, by a damaged photo or for want of memory; "
            "name fewer at a time"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _without_main() -> Iterator[None]:
    """Inside, new processes don't run the user's script again, which they would for its functions.

    Ours are none of its: a script that deletes or trains something would do so twice.
    """
    main = sys.modules["__main__"]
    names = [name for name in ("__file__", "__spec__") if name in vars(main)]
    hidden: dict[str, Any] = {name: vars(main).pop(name) for name in names}
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(hidden)


def _start_worker() -> None:
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)


def _end_with_parent() -> None:
    """Leave no process behind that waits for work from one that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
