"""How long inference takes, file against file on the same noisy machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.litert import open_interpreter

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
        kernels: one of `litert.KERNELS`.
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


WARM_UP = 20
"""Inferences before the clock counts."""

BLOCKS = 10
"""Parts of a measurement whose medians give the spread of a ratio."""


@dataclass(frozen=True)
class Latency:
    """One file under one setting. Times are milliseconds of one inference, input in place.

    Attributes:
        path: of the file.
        kernels: xnnpack or builtin.
        threads: processor threads.
        size: bytes of the file.
        p50, p95, p99: of the inferences.
        ratio: its time over that of the first file: the median over blocks of the measurement.
        ratio_range: smallest and largest ratio of a block.
        cold: load, first inference and memory in a process of its own.
    """

    path: Path
    kernels: str
    threads: int
    size: int
    p50: float
    p95: float
    p99: float
    ratio: float
    ratio_range: tuple[float, float]
    cold: ColdStart

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; the file by its name alone."""
        return {**asdict(self), "path": self.path.name, "ratio_range": list(self.ratio_range)}


def measure_latency(
    paths: Sequence[Path],
    *,
    kernels: Sequence[str] = ("xnnpack",),
    threads: Sequence[int] = (1,),
    runs: int = 300,
    report: Callable[[str], None] = lambda line: None,
) -> list[Latency]:
    """Time files in turn, one inference each, round after round: noise hurts all alike.

    Args:
        paths: of `.tflite` files with one input; the first is what the ratios refer to.
        kernels: some of `litert.KERNELS`.
        threads: numbers of processor threads.
        runs: inferences of each file under each setting, `BLOCKS` or more.
        report: called with a line before each setting.

    Returns:
        For each setting a line for each file.

    Raises:
        InputError: if a file can't be run, or an option does not fit.
    """
    if runs < BLOCKS:
        raise InputError(f"runs {runs}: take {BLOCKS} or more", "runs")
    if not paths or not threads or min(threads) < 1:
        raise InputError("threads: take numbers from 1 on", "threads")
    found = []
    for name in kernels:
        for count in threads:
            report(f"timing {len(paths)} files on {name}, threads: {count}")
            times = _interleaved(
                [open_interpreter(path, count, kernels=name) for path in paths], runs
            )
            blocks = np.array([np.median(part, axis=0) for part in np.array_split(times, BLOCKS)])
            ratios = blocks / blocks[:, :1]
            for index, path in enumerate(paths):
                p50, p95, p99 = np.percentile(times[:, index], (50, 95, 99))
                found.append(
                    Latency(
                        path=path,
                        kernels=name,
                        threads=count,
                        size=path.stat().st_size,
                        p50=float(p50),
                        p95=float(p95),
                        p99=float(p99),
                        ratio=float(np.median(ratios[:, index])),
                        ratio_range=(float(ratios[:, index].min()), float(ratios[:, index].max())),
                        cold=measure_cold_start(path, name, count),
                    )
                )
    return found


def _interleaved(interpreters: Sequence[Any], runs: int) -> NDArray[np.float64]:
    """Milliseconds, (runs, files)."""
    for interpreter in interpreters:
        tensor = interpreter.get_input_details()[0]
        interpreter.set_tensor(tensor["index"], noise_for(tensor))
        for _ in range(WARM_UP):
            interpreter.invoke()
    times = np.empty((runs, len(interpreters)))
    order = np.random.default_rng(0)
    for run in range(runs):
        # Another order each time: no file always finds the caches as the same other left them.
        for index in order.permutation(len(interpreters)):
            start = time.perf_counter()
            interpreters[index].invoke()
            times[run, index] = 1000 * (time.perf_counter() - start)
    return times
