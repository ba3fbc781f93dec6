"""What a file costs a program that has just started: load, first answer, memory.

Runs in a process of its own, for which `measure_cold_start` calls this module.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fer_keras.errors import InputError
from fer_keras.models.interpreter import open_interpreter

STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class ColdStart:
    """Figures of a new process.

    Attributes:
        load_ms: opening the file and allocating its tensors, milliseconds.
        first_ms: the first inference, milliseconds.
        memory_mb: the largest resident memory, less that of Python with LiteRT and NumPy before
            the file was opened; megabytes (10^6 bytes). None where the system does not tell.
    """

    load_ms: float
    first_ms: float
    memory_mb: float | None


def measure_cold_start(path: Path, kernels: str, threads: int) -> ColdStart:
    """Open a file in a new process and run it once, on noise.

    Args:
        path: of any `.tflite` file.
        kernels: one of `interpreter.KERNELS`.
        threads: processor threads.

    Raises:
        InputError: if LiteRT can't run it.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(path), kernels, str(threads)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["killed"])[-1]
        raise InputError(f"{path}: LiteRT can't run it ({reason[:200]})")
    return ColdStart(**json.loads(done.stdout))


def noise_for(tensor: dict[str, Any], seed: int = 0) -> np.ndarray[Any, np.dtype[Any]]:
    """Random pixels in the shape and type that a model takes, floats from 0 to 1."""
    random = np.random.default_rng(seed)
    dtype = np.dtype(tensor["dtype"])
    if dtype.kind == "f":
        return random.random(tensor["shape"], dtype=np.float32).astype(dtype)
    limits = np.iinfo(dtype)
    return random.integers(limits.min, limits.max, tensor["shape"], dtype=dtype, endpoint=True)


def _memory(entry: str) -> float | None:
    if not STATUS.exists():
        return None
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(entry))
    return int(line.split()[1]) * 1024 / 1e6


def _main() -> None:
    from ai_edge_litert.interpreter import Interpreter  # noqa: F401  (its memory is not the file's)

    path, kernels, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    before = _memory("VmRSS:")
    start = time.perf_counter()
    interpreter = open_interpreter(path, threads, kernels=kernels)
    loaded = time.perf_counter()
    tensor = interpreter.get_input_details()[0]
    interpreter.set_tensor(tensor["index"], noise_for(tensor))
    ready = time.perf_counter()
    interpreter.invoke()
    answered = time.perf_counter()
    peak = _memory("VmHWM:")
    found = ColdStart(
        load_ms=1000 * (loaded - start),
        first_ms=1000 * (answered - ready),
        memory_mb=None if peak is None or before is None else peak - before,
    )
    print(json.dumps(vars(found)))


if __name__ == "__main__":
    _main()
