"""Following faces from frame to frame, so that each keeps its own state."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fer_keras.detection.face import Face
from fer_keras.live.appearance import Looks, unlikeness

FORGET_AFTER = 1.0
"""Seconds without being found after which a face is gone: longer than a passer-by hides it."""
MAX_COST = 1.0
"""How unlike its expected place a face may be: a centre off by the face's own size, or a face
that is e times as large, or some of both."""
SAME_LOOKS = 0.12
"""Up to this `unlikeness` two faces may be one person's: light and angle change colours so much."""
OTHER_LOOKS = 0.25
"""From here on they are two people, even in the same place: the film was cut."""
REMEMBERED = 500
"""People, the last ones seen, who are known again by their looks."""
_VELOCITY_WEIGHT = 0.3
"""Of the newest step in the estimate of a face's velocity: boxes shake by a few pixels."""
_LOOKS_WEIGHT = 0.2
"""Of the newest frame in what a face is remembered to look like."""
_LOOKS_COST = 3.0
"""How looks weigh against places where both are near: of two who cross, in favour of the looks."""
_CLEARLY = 0.04
"""By how much a person must look more like a face than anybody else does, to be known again."""


@dataclass
class _Track:
    number: int
    x: float
    y: float
    size: float
    seen: float
    looks: Looks | None
    velocity_x: float = 0.0
    velocity_y: float = 0.0

    def place_cost(self, face: Face, time: float) -> float:
        passed = min(time - self.seen, FORGET_AFTER)
        x, y = self.x + self.velocity_x * passed, self.y + self.velocity_y * passed
        face_x, face_y = face.centre
        size = _size(face)
        distance = math.hypot(face_x - x, face_y - y) / ((size + self.size) / 2)
        return distance + abs(math.log(size / self.size))

    def follow(self, face: Face, time: float, looks: Looks | None) -> None:
        x, y = face.centre
        passed = time - self.seen
        if 0 < passed <= FORGET_AFTER:
            step_x, step_y = (x - self.x) / passed, (y - self.y) / passed
            self.velocity_x += _VELOCITY_WEIGHT * (step_x - self.velocity_x)
            self.velocity_y += _VELOCITY_WEIGHT * (step_y - self.velocity_y)
        elif passed > 0:
            self.velocity_x = self.velocity_y = 0.0
        self.x, self.y, self.size, self.seen = x, y, _size(face), time
        self.remember(looks)

    def jump(self, face: Face, time: float, looks: Looks | None) -> None:
        """Be somewhere else at once: nothing moved there."""
        self.x, self.y = face.centre
        self.velocity_x = self.velocity_y = 0.0
        self.size, self.seen = _size(face), time
        self.remember(looks)

    def remember(self, looks: Looks | None) -> None:
        if looks is None or self.looks is None:
            self.looks = looks if self.looks is None else self.looks
            return
        mixed = self.looks + np.float32(_LOOKS_WEIGHT) * (looks - self.looks)
        # What was never seen before, or is not now, is taken from where it was.
        either = np.where(np.isfinite(self.looks), self.looks, looks)
        self.looks = np.where(np.isfinite(mixed), mixed, either)

    def unlikeness(self, looks: Looks | None) -> float:
        """As `appearance.unlikeness`; not a number where nothing is known."""
        if looks is None or self.looks is None:
            return math.nan
        return unlikeness(self.looks, looks)


class Tracker:
    """Gives faces numbers that stay with them: through crossings, short occlusions and cuts.

    Faces are matched in three rounds, each of those that are left over by the one before. First
    those near where a face was expected to go that look like it; then, anywhere, those that clearly
    look like somebody (the picture was cut, or who was hidden is back); last, those near the
    expected place whatever they look like, unless they look quite another (the light changed). Of
    all ways to match the cheapest in total is taken (Hungarian method): a hidden face goes on
    moving in mind until it comes out again. Without looks, places alone decide.
    """

    def __init__(self) -> None:
        # Here, not in the middle of the first frame: it takes half a second to load.
        from scipy.optimize import linear_sum_assignment

        self._assign = linear_sum_assignment
        self._tracks: list[_Track] = []
        self._active: list[_Track] = []
        self._next = 1
        self._time = 0.0

    def update(
        self, faces: Sequence[Face], time: float, looks: Sequence[Looks] | None = None
    ) -> list[int]:
        """Take in the faces of the next frame.

        Args:
            faces: as found.
            time: of the frame, in seconds; never less than the last one's.
            looks: of each face, as `see_looks` gives them; None: places alone decide.

        Returns:
            A number for each face, in their order; from 1. One that was away for longer than
            `FORGET_AFTER` gets its number back only by its looks.
        """
        seen = list(looks) if looks is not None else [None] * len(faces)
        # However long ago the last frame was: who was in it is not gone.
        patience = max(FORGET_AFTER, time - self._time)
        self._time = time
        active = [track for track in self._tracks if time - track.seen <= patience]
        matched = self._match(faces, seen, active, time)
        for index, face in enumerate(faces):
            if index not in matched:
                x, y = face.centre
                matched[index] = _Track(self._next, x, y, _size(face), time, seen[index])
                self._tracks.append(matched[index])
                self._next += 1
        self._tracks.sort(key=lambda track: track.seen)
        self._tracks = self._tracks[-REMEMBERED:]
        found = [matched[index].number for index in range(len(faces))]
        self._active = [track for track in self._tracks if track in active or track.number in found]
        return found

    @property
    def given_out(self) -> int:
        """Numbers so far: different faces."""
        return self._next - 1

    @property
    def numbers(self) -> list[int]:
        """Of the faces that are followed, hidden ones among them."""
        return sorted(track.number for track in self._active)

    def _match(
        self,
        faces: Sequence[Face],
        looks: Sequence[Looks | None],
        active: Sequence[_Track],
        time: float,
    ) -> dict[int, _Track]:
        matched: dict[int, _Track] = {}

        def near_and_like(track: _Track, index: int) -> float:
            place = track.place_cost(faces[index], time)
            unlike = track.unlikeness(looks[index])
            if place >= MAX_COST or unlike > SAME_LOOKS:
                return math.inf
            return place + (0.0 if math.isnan(unlike) else _LOOKS_COST * unlike)

        def near(track: _Track, index: int) -> float:
            place = track.place_cost(faces[index], time)
            return math.inf if track.unlikeness(looks[index]) > OTHER_LOOKS else place

        limit = MAX_COST + _LOOKS_COST * SAME_LOOKS
        for index, track in self._round(active, len(faces), matched, near_and_like, limit):
            track.follow(faces[index], time, looks[index])
        for index, track in self._know_again(looks, matched):
            track.jump(faces[index], time, looks[index])
        for index, track in self._round(active, len(faces), matched, near, MAX_COST):
            track.follow(faces[index], time, looks[index])
        return matched

    def _round(
        self,
        tracks: Sequence[_Track],
        faces: int,
        matched: dict[int, _Track],
        cost: Callable[[_Track, int], float],
        limit: float,
    ) -> list[tuple[int, _Track]]:
        """Match the faces and tracks that are left where they cost less than the limit."""
        taken = {track.number for track in matched.values()}
        rows = [track for track in tracks if track.number not in taken]
        columns = [index for index in range(faces) if index not in matched]
        if not rows or not columns:
            return []
        costs = np.array([[cost(track, index) for index in columns] for track in rows])
        # Capped: a pair that is out of the question anyway must not bend the rest.
        pairs = zip(*self._assign(np.minimum(costs, limit)), strict=True)
        new = [(columns[column], rows[row]) for row, column in pairs if costs[row, column] < limit]
        matched.update(new)
        return new

    def _know_again(
        self, looks: Sequence[Looks | None], matched: dict[int, _Track]
    ) -> list[tuple[int, _Track]]:
        """Match by looks alone, where they fit one person clearly better than any other."""
        taken = {track.number for track in matched.values()}
        free = [track for track in self._tracks if track.number not in taken]
        unlike = {
            index: [track.unlikeness(look) for track in free]
            for index, look in enumerate(looks)
            if index not in matched
        }
        place = {track.number: row for row, track in enumerate(free)}

        def clearly_like(track: _Track, index: int) -> float:
            value = unlike[index][place[track.number]]
            others = [
                other for row, other in enumerate(unlike[index]) if row != place[track.number]
            ]
            clear = all(not other < value + _CLEARLY for other in others)  # also of what is unknown
            return value if clear and not math.isnan(value) else math.inf

        return self._round(free, len(looks), matched, clearly_like, SAME_LOOKS)


def _size(face: Face) -> float:
    return max(face.width, face.height)
