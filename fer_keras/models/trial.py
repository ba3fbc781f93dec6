"""A first run of a foreign `.tflite` or `.onnx` in a process of its own, which it may bring down.

LiteRT verifies a file's structure, not its numbers: a scale of 1e14 aborts the process, and other
numbers end it by a segmentation fault. What a file did once it does again, so that a child that
survives is enough. The child may take only so much memory: what wants more never ran in the parent.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.files import is_unicode

LIMIT = 120.0
"""Seconds after which a file is taken for one that never answers."""

MEMORY = 8 << 30
"""Bytes that a child may take besides what it has: a classifier of faces takes a hundredth."""

ONNX_BATCH = 32
"""Faces at a time of an `.onnx` file that takes any number."""

_NO_MEMORY = 3
"""Exit status of a child that got no more memory."""

# The folder that it is started in is not searched for modules: it is the user's, as is its content.
_CODE = (
    "import sys; sys.path[:] = filter(None, sys.path); "
    "from fer_keras.models.trial import run; sys.exit(run(sys.argv[1], sys.argv[2]))"
)


def try_out(path: Path, kernels: str) -> None:
    """Refuse a file that would bring this process down.

    Args:
        path: of a `.tflite` or `.onnx` file.
        kernels: as for `open_interpreter`; of an `.onnx` file `onnxruntime`.

    Raises:
        InputError: if a child process that opened and ran it was killed, did not end, or wanted
            more than `MEMORY`.
    """
    name = "ONNX Runtime" if kernels == "onnxruntime" else "LiteRT"
    # A copy of a process with threads may wait for locks that nobody opens; ONNX Runtime has some.
    alone = threading.active_count() == 1 and not {"tensorflow", "onnxruntime"} & {*sys.modules}
    status = _forked(path, kernels) if alone and hasattr(os, "fork") else _started(path, kernels)
    if status is None:
        raise InputError(f"{path}: {name} did not finish running it within {LIMIT:.0f} s")
    if status == _NO_MEMORY:
        raise InputError(f"{path}: takes more than {MEMORY >> 30} GB of memory; no model of faces")
    if status < 0:
        sign = signal.Signals(-status).name
        raise InputError(f"{path}: {name} crashes when it runs it ({sign}); the file is damaged")


def run(path: str, kernels: str) -> int:
    """Open a file and run it once on zeros, in a child; its exit status.

    Errors that can be caught, but for a lack of memory, are the parent's to say: it does the same.
    """
    _bound_memory()
    try:
        if kernels == "onnxruntime":
            _run_onnx(Path(path))
        else:
            _run_litert(path, kernels)
    except Exception as error:
        wants_memory = isinstance(error, MemoryError) or re.search("bad_?alloc|memory", str(error))
        return _NO_MEMORY if wants_memory else 0
    return 0


def _run_litert(path: str, kernels: str) -> None:
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    resolver = (
        OpResolverType.AUTO
        if kernels == "xnnpack"
        else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    interpreter = Interpreter(
        model_path=os.fsencode(path), num_threads=1, experimental_op_resolver_type=resolver
    )
    interpreter.allocate_tensors()
    for tensor in interpreter.get_input_details():
        interpreter.set_tensor(tensor["index"], np.zeros(tensor["shape"], tensor["dtype"]))
    interpreter.invoke()
    for tensor in interpreter.get_output_details():
        interpreter.get_tensor(tensor["index"])


def _run_onnx(path: Path) -> None:
    import numpy as np

    session = onnx_session(path, threads=1)
    given = {}
    for one in session.get_inputs():
        batch, *shape = one.shape or [1]
        sizes = [size if isinstance(size, int) else 1 for size in shape]
        faces = batch if isinstance(batch, int) else ONNX_BATCH
        given[one.name] = np.zeros([faces, *sizes], np.float32)
    session.run(None, given)


def onnx_session(path: Path, threads: int) -> Any:
    """A file opened by ONNX Runtime, on its CPU kernels.

    Raises:
        Exception: whatever ONNX Runtime raises.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # what is wrong is raised, too
    # It takes paths that are UTF-8 alone; weights in other files, which bytes lack, are refused.
    model = str(path) if is_unicode(str(path)) else path.read_bytes()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _bound_memory() -> None:
    """Let allocations beyond `MEMORY` fail; where the system can't say what is taken, none do."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


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
            status = run(str(path), kernels)
            os._exit(status)
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
