"""Following faces from frame to frame, so that each keeps its own state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fer_keras.detection.face import Face

FORGET_AFTER = 1.0
"""Seconds without being found after which a face is gone: longer than a passer-by hides it."""
MAX_COST = 1.0
"""How unlike its expected place a face may be: a centre off by the face's own size, or a face
that is e times as large, or some of both."""
_VELOCITY_WEIGHT = 0.3
"""Of the newest step in the estimate of a face's velocity: boxes shake by a few pixels."""


@dataclass
class _Track:
    number: int
    x: float
    y: float
    size: float
    seen: float
    velocity_x: float = 0.0
    velocity_y: float = 0.0

    def expected(self, time: float) -> tuple[float, float]:
        passed = time - self.seen
        return self.x + self.velocity_x * passed, self.y + self.velocity_y * passed

    def cost(self, face: Face, time: float) -> float:
        x, y = self.expected(time)
        face_x, face_y = face.centre
        size = _size(face)
        distance = math.hypot(face_x - x, face_y - y) / ((size + self.size) / 2)
        return distance + abs(math.log(size / self.size))

    def follow(self, face: Face, time: float) -> None:
        x, y = face.centre
        passed = time - self.seen
        if passed > 0:
            step_x, step_y = (x - self.x) / passed, (y - self.y) / passed
            self.velocity_x += _VELOCITY_WEIGHT * (step_x - self.velocity_x)
            self.velocity_y += _VELOCITY_WEIGHT * (step_y - self.velocity_y)
        self.x, self.y, self.size, self.seen = x, y, _size(face), time


class Tracker:
    """Gives faces numbers that stay with them.

    Every face is expected where its velocity takes it. Of all ways to match found faces with
    expected ones the cheapest in total is taken (Hungarian method), so that two faces that cross
    keep their numbers: a hidden one goes on moving in mind until it comes out again.
    """

    def __init__(self) -> None:
        # Here, not in the middle of the first frame: it takes half a second to load.
        from scipy.optimize import linear_sum_assignment

        self._assign = linear_sum_assignment
        self._tracks: list[_Track] = []
        self._next = 1

    def update(self, faces: Sequence[Face], time: float) -> list[int]:
        """Take in the faces of the next frame.

        Args:
            faces: as found.
            time: of the frame, in seconds; never less than the last one's.

        Returns:
            A number for each face, in their order; from 1, never used twice.
        """
        self._tracks = [track for track in self._tracks if time - track.seen <= FORGET_AFTER]
        matched = self._match(faces, time)
        numbers = []
        for index, face in enumerate(faces):
            track = matched.get(index)
            if track is None:
                x, y = face.centre
                track = _Track(self._next, x, y, _size(face), time)
                self._tracks.append(track)
                self._next += 1
            else:
                track.follow(face, time)
            numbers.append(track.number)
        return numbers

    @property
    def given_out(self) -> int:
        """Numbers so far: different faces."""
        return self._next - 1

    @property
    def numbers(self) -> list[int]:
        """Of the faces that are followed, hidden ones among them."""
        return [track.number for track in self._tracks]

    def _match(self, faces: Sequence[Face], time: float) -> dict[int, _Track]:
        if not faces or not self._tracks:
            return {}
        costs = np.array([[track.cost(face, time) for face in faces] for track in self._tracks])
        # Capped: a pair that is out of the question anyway must not bend the rest.
        rows, columns = self._assign(np.minimum(costs, MAX_COST))
        return {
            int(column): self._tracks[row]
            for row, column in zip(rows, columns, strict=True)
            if costs[row, column] < MAX_COST
        }


def _size(face: Face) -> float:
    return max(face.width, face.height)
