"""A film in sum: for how long each face showed what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.live.watcher import Seen
from fer_keras.models.classifier import UNSURE

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


@dataclass
class FaceSummary:
    """One face in sum.

    Attributes:
        face: its number.
        first_s, last_s: when it was seen first and last.
        frames: in which it was seen, of those that were looked at.
        seconds: for which it was seen.
        seconds_by_label: of each emotion and of "unsure".
        sums: of the probabilities times seconds, (classes,).
    """

    face: int
    first_s: float
    last_s: float
    sums: NDArray[np.float64]
    frames: int = 0
    seconds: float = 0.0
    seconds_by_label: dict[str, float] = field(default_factory=dict)

    def shares(self, labels: Sequence[str]) -> dict[str, float]:
        """Of the time in which the face was seen, the part of each emotion and of "unsure"."""
        total = self.seconds or 1.0
        return {name: self.seconds_by_label.get(name, 0.0) / total for name in (*labels, UNSURE)}


class Summary:
    """Sums up frame after frame. A frame lasts until the next one that is looked at.

    Args:
        labels: the emotions.

    Attributes:
        labels: the emotions.
        frames: that were looked at.
        seconds: that they last.
        seconds_without_face: of these.
        faces: by their numbers.
        timeline: of each face.
    """

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self.frames = 0
        self.seconds = self.seconds_without_face = 0.0
        self.faces: dict[int, FaceSummary] = {}
        self.timeline = Timeline()
        self._held: tuple[float, Sequence[Seen]] | None = None
        self._step = 0.0

    def add(self, time: float, seen: Sequence[Seen]) -> None:
        """Take in a frame: when it is shown, in seconds, and the faces in it."""
        if self._held is not None:
            self._step = time - self._held[0]
            self._count(*self._held, self._step)
        self._held = (time, seen)
        self.frames += 1

    def finish(self, step: float) -> None:
        """Take in the last frame.

        Args:
            step: seconds that it lasts, if there was no other to tell.
        """
        if self._held is not None:
            self._count(*self._held, self._step or step)
            self._held = None

    def leading_faces(self, most: int) -> list[FaceSummary]:
        """Those seen longest, in the order of their numbers."""
        longest = sorted(self.faces.values(), key=lambda one: -one.seconds)[:most]
        return sorted(longest, key=lambda one: one.face)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; shares are of the time in which a face was seen."""
        return {
            "frames": self.frames,
            "seconds": round(self.seconds, 3),
            "seconds_without_face": round(self.seconds_without_face, 3),
            "faces": [
                {
                    "face_id": one.face,
                    "frames": one.frames,
                    "first_s": round(one.first_s, 3),
                    "last_s": round(one.last_s, 3),
                    "seconds": round(one.seconds, 3),
                    "share": {
                        name: round(value, 4) for name, value in one.shares(self.labels).items()
                    },
                    "mean_probability": {
                        name: round(float(value), 4)
                        for name, value in zip(
                            self.labels, one.sums / (one.seconds or 1.0), strict=True
                        )
                    },
                }
                for one in sorted(self.faces.values(), key=lambda one: one.face)
            ],
        }

    def _count(self, time: float, seen: Sequence[Seen], seconds: float) -> None:
        self.seconds += seconds
        self.seconds_without_face += 0.0 if seen else seconds
        for one in seen:
            face = self.faces.get(one.number)
            if face is None:
                face = FaceSummary(one.number, time, time, np.zeros(len(self.labels)))
                self.faces[one.number] = face
            face.last_s = time
            face.frames += 1
            face.seconds += seconds
            label = one.decision.name(self.labels)
            face.seconds_by_label[label] = face.seconds_by_label.get(label, 0.0) + seconds
            face.sums += one.probabilities.astype(np.float64) * seconds
            self.timeline.add(one.number, time, seconds, one.probabilities)
