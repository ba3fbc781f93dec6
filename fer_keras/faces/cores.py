"""Work shared out among the cores of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

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
    """
    # Not forked: LiteRT and OpenCV have threads by now, which a fork would leave behind.
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _start_worker) as pool:
        yield from pool.imap(function, jobs, chunksize=together)


def _start_worker() -> None:
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    cv2.setNumThreads(1)
