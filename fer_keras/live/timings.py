"""Where the time goes."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

_RECENT = 30
"""Frames over which the rate that is shown is taken."""


class Timings:
    """Seconds spent in each stage of each frame, and when frames were done."""

    def __init__(self) -> None:
        self._stages: dict[str, array[float]] = {}
        self._done = array("d")

    def add(self, stage: str, seconds: float) -> None:
        """Note what a stage of the current frame took."""
        self._stages.setdefault(stage, array("d")).append(seconds)

    def frame_done(self, now: float) -> None:
        """Note the end of a frame, in seconds of any clock that goes on."""
        self._done.append(now)

    @property
    def frames(self) -> int:
        """Frames that are done."""
        return len(self._done)

    @property
    def fps(self) -> float:
        """Frames a second, of late; 0 before the second frame."""
        recent = self._done[-_RECENT:]
        passed = recent[-1] - recent[0] if len(recent) > 1 else 0.0
        return (len(recent) - 1) / passed if passed > 0 else 0.0

    def shares(self) -> dict[str, float]:
        """Of the time spent in all stages, the part of each."""
        sums = {stage: sum(values) for stage, values in self._stages.items()}
        total = sum(sums.values())
        return {stage: value / total if total else 0.0 for stage, value in sums.items()}

    def to_json(self) -> dict[str, Any]:
        """Medians and 95th percentiles in ms, shares, and what classification adds to detection."""
        passed = self._done[-1] - self._done[0] if self.frames > 1 else 0.0
        report: dict[str, Any] = {
            "frames": self.frames,
            "fps": (self.frames - 1) / passed if passed > 0 else None,
            "stages": {
                stage: {**_percentiles(values), "share": share}
                for (stage, values), share in zip(
                    self._stages.items(), self.shares().values(), strict=True
                )
            },
        }
        if {"detection", "classification"} <= self._stages.keys():
            detection = np.array(self._stages["detection"])
            classification = np.array(self._stages["classification"])
            # Ctrl-C may have come between the two.
            detection = detection[: len(classification)]
            both = detection + classification
            report["detection_and_classification"] = {
                **_percentiles(both),
                "times_detection": float(np.median(both) / np.median(detection)),
            }
        return report


def _percentiles(seconds: array[float] | np.ndarray) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {"p50_ms": float(p50), "p95_ms": float(p95)}
