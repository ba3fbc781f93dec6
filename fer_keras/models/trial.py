"""A first run of a foreign `.tflite` in a process of its own, which it may bring down.

LiteRT verifies a file's structure, not its numbers: a scale of 1e14 aborts the process, and other
numbers end it by a segmentation fault. What a file did once it does again, so that a child that
survives is enough.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.models.model_file import PACKAGE_WEIGHTS, weights_folders

LIMIT = 120.0
"""Seconds after which a file is taken for one that never answers."""

_PACKAGE = PACKAGE_WEIGHTS.parent
_CODE = "import sys; from fer_keras.models.trial import run; run(sys.argv[1], sys.argv[2])"


def try_out(path: Path, kernels: str) -> None:
    """Refuse a file that would bring this process down.

    Files of the package and of the folders of weights, whose hashes are known, pass untried.

    Args:
        path: of a `.tflite` file.
        kernels: as for `open_interpreter`.

    Raises:
        InputError: if a child process that opened and ran it was killed, or did not end.
    """
    folder = path.resolve().parent
    if folder in {known.resolve() for known in weights_folders()} or _PACKAGE in folder.parents:
        return
    alone = threading.active_count() == 1 and "tensorflow" not in sys.modules
    status = _forked(path, kernels) if alone and hasattr(os, "fork") else _started(path, kernels)
    if status is None:
        raise InputError(f"{path}: LiteRT did not finish running it within {LIMIT:.0f} s")
    if status < 0:
        name = signal.Signals(-status).name
        raise InputError(f"{path}: LiteRT crashes when it runs it ({name}); the file is damaged")


def run(path: str, kernels: str) -> None:
    """Open a file and run it once on zeros; errors that can be caught are the caller's to say."""
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    resolver = (
        OpResolverType.AUTO
        if kernels == "xnnpack"
        else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    try:
        interpreter = Interpreter(
            model_path=path, num_threads=1, experimental_op_resolver_type=resolver
        )
        interpreter.allocate_tensors()
        for tensor in interpreter.get_input_details():
            interpreter.set_tensor(tensor["index"], np.zeros(tensor["shape"], tensor["dtype"]))
        interpreter.invoke()
        for tensor in interpreter.get_output_details():
            interpreter.get_tensor(tensor["index"])
    except Exception:
        return


def _forked(path: Path, kernels: str) -> int | None:
    """A copy of this process: quick, and safe while it has one thread."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            faulthandler.disable()  # its page about the crash is not the user's
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            run(str(path), kernels)
        finally:
            os._exit(0)
    end = time.monotonic() + LIMIT
    pause = 0.001
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(0.05, 2 * pause)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _started(path: Path, kernels: str) -> int | None:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CODE, str(path), kernels],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode
