"""Where the time goes, in the same time and memory after eight hours as after a minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

_RECENT = 30
"""Frames over which the rate that is shown is taken."""
_REMEMBERED = 10_000
"""Frames, the last ones, over which medians and percentiles are taken."""


class _Stage:
    """Seconds spent in one stage: all of them summed, the last ones kept."""

    def __init__(self) -> None:
        self.total = 0.0
        self.last: deque[float] = deque(maxlen=_REMEMBERED)

    def add(self, seconds: float) -> None:
        self.total += seconds
        self.last.append(seconds)


class Timings:
    """Seconds spent in each stage of each frame, and when frames were done.

    Attributes:
        frames: that are done.
    """

    def __init__(self) -> None:
        self.frames = 0
        self._stages: dict[str, _Stage] = {}
        self._first_done = 0.0
        self._done: deque[float] = deque(maxlen=_RECENT)

    def add(self, stage: str, seconds: float) -> None:
        """Note what a stage of the current frame took."""
        self._stages.setdefault(stage, _Stage()).add(seconds)

    def frame_done(self, now: float) -> None:
        """Note the end of a frame, in seconds of any clock that goes on."""
        if not self.frames:
            self._first_done = now
        self.frames += 1
        self._done.append(now)

    @property
    def fps(self) -> float:
        """Frames a second, of late; 0 before the second frame."""
        passed = self._done[-1] - self._done[0] if len(self._done) > 1 else 0.0
        return (len(self._done) - 1) / passed if passed > 0 else 0.0

    def newest(self) -> dict[str, float]:
        """Milliseconds that each stage took the last time."""
        return {name: 1000 * stage.last[-1] for name, stage in self._stages.items()}

    def shares(self) -> dict[str, float]:
        """Of the time spent in all stages, the part of each."""
        total = sum(stage.total for stage in self._stages.values())
        return {name: stage.total / total if total else 0.0 for name, stage in self._stages.items()}

    def to_json(self) -> dict[str, Any]:
        """Medians and 95th percentiles in ms (of the last 10,000 frames), shares, and what
        classification adds to detection.
        """
        passed = self._done[-1] - self._first_done if self.frames > 1 else 0.0
        shares = self.shares()
        report: dict[str, Any] = {
            "frames": self.frames,
            "fps": (self.frames - 1) / passed if passed > 0 else None,
            "stages": {
                name: {**_percentiles(stage.last), "share": shares[name]}
                for name, stage in self._stages.items()
            },
        }
        if {"detection", "classification"} <= self._stages.keys():
            detection, classification = (
                np.array(self._stages[name].last) for name in ("detection", "classification")
            )
            # Interrupted, the last frame may have only the one.
            whole = min(len(detection), len(classification))
            detection = detection[:whole]
            both = detection + classification[:whole]
            report["detection_and_classification"] = {
                **_percentiles(both),
                "times_detection": float(np.median(both) / np.median(detection)),
            }
        return report


def _percentiles(seconds: Sequence[float] | np.ndarray) -> dict[str, float]:
    p50, p95 = np.percentile(np.asarray(seconds), [50, 95]) * 1000
    return {"p50_ms": float(p50), "p95_ms": float(p95)}
