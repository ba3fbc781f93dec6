"""Holds back the greetings that TensorFlow, LiteRT and CUDA write to file descriptor 2.

No environment variable stops them. A small process reads what compiled code writes there, drops the
lines that are known to say nothing, and passes the rest on: warnings, errors, last words before an
abort. What Python writes goes to the terminal directly.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

_GREETINGS = re.compile(
    rb"^(?:"
    rb"WARNING: All log messages before absl::InitializeLog"
    rb"|I\d{4} \S+ +\d+ "  # absl's INFO
    rb"|\d{4}-\d\d-\d\d \S+ I "  # TensorFlow's INFO
    rb"|To enable the following instructions: "
    rb"|INFO: "  # LiteRT's
    rb"|Created TensorFlow Lite "  # its other half, where two begin at once
    rb"|W\d{4} .*computation_placer\.cc"
    rb"|W\d{4} .*(?:tf_tfl_flatbuffer_helpers|flatbuffer_export)\.cc"  # of every export
    rb"|fully_quantize: "
    rb")"
)
_NO_GPU = re.compile(rb"failed call to cuInit|Unable to register cu\w+ factory")
"""Errors only where there is a GPU to be used."""


def filter_standard_error() -> None:
    """Drop greetings from now on; nothing where TF_CPP_MIN_LOG_LEVEL says what is wanted."""
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ or not hasattr(os, "fork"):
        return
    ours = sys.__stderr__
    if ours is None or sys.stderr is not ours:  # a host's, which reads it in its own way
        return
    try:
        terminal = os.dup(2)
    except OSError:  # closed
        return
    source, sink = os.pipe()
    ours.flush()
    if os.fork() == 0:
        os.close(sink)
        _pass_on(source, terminal)
    os.close(source)
    os.dup2(sink, 2)
    os.close(sink)
    sys.stderr = os.fdopen(
        terminal, "w", buffering=1, encoding=ours.encoding, errors="backslashreplace"
    )


def _pass_on(source: int, terminal: int) -> None:
    """The life of the small process: it ends when nobody can write any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)  # last words come after these
    for inherited in (0, 1, 2):
        os.close(inherited)  # who waits for the end of our output must not wait for this
    has_gpu = Path("/dev/nvidia0").exists()
    rest = b""
    try:
        while chunk := os.read(source, 1 << 16):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if not is_greeting(line, has_gpu):
                    os.write(terminal, line + b"\n")
        os.write(terminal, rest)
    except OSError:  # the terminal is gone
        pass
    finally:
        os._exit(0)


def is_greeting(line: bytes, has_gpu: bool = False) -> bool:
    """Whether a line says nothing that a user needs."""
    return bool(_GREETINGS.match(line) or (not has_gpu and _NO_GPU.search(line)))
