"""Ending a loop from outside without tearing what it is writing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping(then: Callable[[], None] = lambda: None) -> Iterator[Callable[[], bool]]:
    """Within it Ctrl-C and SIGTERM ask for the end; the loop ends after the frame that it is at.

    A second one interrupts at once. Outside the main thread, where Python takes no signals, nothing
    changes.

    Args:
        then: called when the end is asked for.

    Yields:
        A function that says whether the end was asked for.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        then()

    before = {number: signal.signal(number, ask) for number in _SIGNALS}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
