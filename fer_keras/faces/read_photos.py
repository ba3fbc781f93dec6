"""Photos one after the other, or on several cores: opened, looked at, drawn on."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.faces.annotate import Annotator, draw_copy
from fer_keras.faces.photo import open_photo
from fer_keras.faces.photo_result import PhotoResult
from fer_keras.faces.recognizer import Recognizer

WORTH = 16
"""Photos for each further process: starting one takes as long as looking at some."""


def read_photos(
    paths: Sequence[Path],
    recognizer: Recognizer,
    abstain_below: float,
    annotator: Annotator | None,
    problem: Callable[[Path, InputError], None],
    processes: int | None = None,
) -> Iterator[PhotoResult]:
    """What is found in each photo, in the order of the photos, as it is found.

    Args:
        paths: the photos.
        recognizer: finds and names faces; other processes make one alike.
        abstain_below: probability below which the answer is "unsure".
        annotator: draws a copy of each photo, or None.
        problem: called with a photo that can't be read, and why; it has no result.
        processes: that look at the same time; None: as many as there are cores, if there are
            photos enough.
    """
    count = processes or min(_cores(), 1 + len(paths) // WORTH)
    tasks = [
        (path, annotator.place(path) if annotator else None, bool(annotator and annotator.bars))
        for path in paths
    ]
    if count <= 1:
        found = (_look(recognizer, abstain_below, *task) for task in tasks)
        yield from _readable(paths, found, problem)
        return
    # Not forked: LiteRT and OpenCV have threads by now, which a fork would leave behind.
    context = multiprocessing.get_context("spawn")
    asked = (recognizer.asked, abstain_below)
    with context.Pool(count, _start_worker) as pool:
        jobs = ((*asked, *task) for task in tasks)
        yield from _readable(paths, pool.imap(_look_elsewhere, jobs, chunksize=2), problem)


def _readable(
    paths: Sequence[Path],
    found: Iterator[PhotoResult | str],
    problem: Callable[[Path, InputError], None],
) -> Iterator[PhotoResult]:
    for path, one in zip(paths, found, strict=True):
        if isinstance(one, str):
            problem(path, InputError(one))
        else:
            yield one


def _look(
    recognizer: Recognizer, abstain_below: float, path: Path, copy: Path | None, bars: bool
) -> PhotoResult | str:
    """What is found, or why the photo can't be read; its copy is drawn if it shall have one."""
    try:
        picture = open_photo(path)
    except InputError as error:
        return str(error)
    faces = tuple(recognizer.recognise(picture))
    height, width = picture.shape[:2]
    tried = "" if faces else recognizer.what_was_tried(width, height)
    result = PhotoResult(path, width, height, faces, recognizer.labels, abstain_below, tried)
    if copy is not None:
        draw_copy(picture, result, copy, bars=bars)
    return result


def _start_worker() -> None:
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    cv2.setNumThreads(1)


def _look_elsewhere(
    job: tuple[tuple[str, str, bool], float, Path, Path | None, bool],
) -> PhotoResult | str:
    asked, abstain_below, path, copy, bars = job
    return _look(_recognizer(asked), abstain_below, path, copy, bars)


@lru_cache(maxsize=1)
def _recognizer(asked: tuple[str, str, bool]) -> Recognizer:
    """One for all the photos that a process looks at."""
    model, detector, upright = asked
    return Recognizer(model, detector, upright=upright)


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
