"""What each face showed over time, in as many steps as a picture is wide."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FINEST = 0.2
"""Seconds of a step, at first."""
MOST_STEPS = 1200
"""Beyond so many steps two become one: a picture has no more columns."""


@dataclass(frozen=True)
class FaceTimeline:
    """One face over time.

    Attributes:
        times: float64, (steps,), middle of each step in seconds; not every step is there.
        probabilities: float64, (steps, classes), means weighted by time.
    """

    times: NDArray[np.float64]
    probabilities: NDArray[np.float64]


class Timeline:
    """Means of probabilities over steps of time, for each face.

    Attributes:
        step: seconds.
    """

    def __init__(self) -> None:
        self.step = FINEST
        self._sums: dict[int, dict[int, NDArray[np.float64]]] = {}

    def add(
        self, face: int, time: float, seconds: float, probabilities: NDArray[np.floating]
    ) -> None:
        """Take in what a face showed.

        Args:
            face: its number.
            time: from when on, in seconds.
            seconds: for how long.
            probabilities: (classes,).
        """
        end = time + max(seconds, 1e-6)
        while end > self.step * MOST_STEPS:
            self._coarsen()
        row = np.append(np.asarray(probabilities, np.float64), 1.0)
        steps = self._sums.setdefault(face, {})
        # A frame that is looked at now and then stands for every step until the next one.
        for step in range(math.floor(time / self.step), math.ceil(end / self.step)):
            inside = min(end, (step + 1) * self.step) - max(time, step * self.step)
            if inside > 1e-9:  # no sliver of rounding
                steps[step] = steps.get(step, 0.0) + row * inside

    def of(self, face: int) -> FaceTimeline:
        """One face over time."""
        steps = sorted(self._sums.get(face, {}).items())
        rows = np.array([row for _, row in steps])
        times = (np.array([step for step, _ in steps]) + 0.5) * self.step
        return FaceTimeline(times, rows[:, :-1] / rows[:, -1:])

    def _coarsen(self) -> None:
        self.step *= 2
        for face, steps in self._sums.items():
            merged: dict[int, NDArray[np.float64]] = {}
            for step, row in steps.items():
                half = step // 2
                merged[half] = merged[half] + row if half in merged else row
            self._sums[face] = merged
