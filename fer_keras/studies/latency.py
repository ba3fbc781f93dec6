"""How long inference takes, file against file on the same noisy machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.interpreter import open_interpreter
from fer_keras.studies.cold_start import ColdStart, measure_cold_start, noise_for

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
        kernels: some of `kernels.KERNELS`.
        threads: numbers of processor threads.
        runs: inferences of each file under each setting, `BLOCKS` or more.
        report: called with a line before each setting.

    Returns:
        For each setting a line for each file.

    Raises:
        InputError: if a file can't be run, or an option does not fit.
    """
    if runs < BLOCKS:
        raise InputError(f"runs {runs}: take {BLOCKS} or more", argument="runs")
    if not paths or not threads or min(threads) < 1:
        raise InputError("threads: take numbers from 1 on", argument="threads")
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
