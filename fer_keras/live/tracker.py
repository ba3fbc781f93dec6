"""Following faces from frame to frame, so that each keeps its own state."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from fer_keras.detection import Face
from fer_keras.live.appearance import Looks
from fer_keras.live.track import FORGET_AFTER, LONGEST_STEP, Sight, Track, see_all

MAX_COST = 1.0
"""How unlike its expected place a face may be: a centre off by the face's own size, or a face
that is e times as large, or some of both. With the time it grows, if looks speak for the face."""
SAME_LOOKS = 0.12
"""Up to this `unlikeness` two faces may be one person's: light and angle change colours so much."""
OTHER_LOOKS = 0.25
"""From here on they are two people, even in the same place: the film was cut."""
REMEMBERED = 500
"""People, the last ones seen, who are known again by their looks."""
_MISSED = 2.5
"""Steps for which a face is followed on that isn't found, where frames are far between."""
_LOOKS_COST = 3.0
"""How looks weigh against places where both are near: of two who cross, in favour of the looks."""
_CLEARLY = 0.04
"""By how much a person must look more like a face than anybody else does, to be known again."""


class Tracker:
    """Gives faces numbers that stay with them: through crossings, short occlusions and cuts.

    Faces are matched in three rounds, each of those that are left over by the one before. First
    those near where a face was expected to go that look like it; then, anywhere, those that clearly
    look like somebody (the picture was cut, or who was hidden is back); last, those near the
    expected place whatever they look like, unless they look quite another (the light changed). Of
    all ways to match the cheapest in total is taken (Hungarian method): a hidden face goes on
    moving in mind until it comes out again. Without looks, places alone decide.

    Frames may lie far apart, a second say: the longer the step, the farther off the expected place
    a face may be, and the more its looks count.
    """

    def __init__(self) -> None:
        # Here, not in the middle of the first frame: it takes half a second to load.
        from scipy.optimize import linear_sum_assignment

        self._assign = linear_sum_assignment
        self._tracks: list[Track] = []
        self._active: list[Track] = []
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
            `FORGET_AFTER` (or, of frames that are farther apart than that, was in none of the last
            two) gets its number back only by its looks.
        """
        sights = see_all(faces, looks)
        # However long ago the last frame was: who was in it is not gone.
        step = time - self._time
        patience = max(FORGET_AFTER, step, min(_MISSED * step, LONGEST_STEP))
        self._time = time
        active = [track for track in self._tracks if time - track.seen <= patience]
        matched = self._match(sights, active, time)
        for index, sight in enumerate(sights):
            if index not in matched:
                matched[index] = Track(self._next, sight, time)
                self._tracks.append(matched[index])
                self._next += 1
        found = [matched[index].number for index in range(len(sights))]
        for track in matched.values():
            track.met.update(number for number in found if number != track.number)
        self._forget()
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

    def _forget(self) -> None:
        """Keep the people who were seen last: a film may be endless."""
        self._tracks.sort(key=lambda track: track.seen)
        for gone in self._tracks[:-REMEMBERED]:
            for track in self._tracks:
                track.met.discard(gone.number)
        self._tracks = self._tracks[-REMEMBERED:]

    def _match(
        self, sights: Sequence[Sight], active: Sequence[Track], time: float
    ) -> dict[int, Track]:
        matched: dict[int, Track] = {}

        def near_and_like(track: Track, sight: Sight) -> float:
            place = track.place_cost(sight, time) / track.doubt(time)
            unlike = track.unlikeness(sight)
            if place >= MAX_COST or unlike > SAME_LOOKS:
                return math.inf
            return place + (0.0 if math.isnan(unlike) else _LOOKS_COST * unlike)

        def near(track: Track, sight: Sight) -> float:
            if track.unlikeness(sight) > OTHER_LOOKS:
                return math.inf
            # Of one that is hidden in part nothing can be asked but to be about there.
            return track.place_cost(sight, time) / (track.doubt(time) if sight.touched else 1)

        limit = MAX_COST + _LOOKS_COST * SAME_LOOKS
        for index, track in self._round(active, sights, matched, near_and_like, limit):
            track.follow(sights[index], time)
        for index, track in self._know_again(sights, matched):
            track.jump(sights[index], time)
        for index, track in self._round(active, sights, matched, near, MAX_COST):
            track.follow(sights[index], time)
        return matched

    def _round(
        self,
        tracks: Sequence[Track],
        sights: Sequence[Sight],
        matched: dict[int, Track],
        cost: Callable[[Track, Sight], float],
        limit: float,
    ) -> list[tuple[int, Track]]:
        """Match the faces and tracks that are left where they cost less than the limit."""
        taken = {track.number for track in matched.values()}
        rows = [track for track in tracks if track.number not in taken]
        columns = [index for index in range(len(sights)) if index not in matched]
        if not rows or not columns:
            return []
        costs = np.array([[cost(track, sights[index]) for index in columns] for track in rows])
        # Capped: a pair that is out of the question anyway must not bend the rest.
        pairs = zip(*self._assign(np.minimum(costs, limit)), strict=True)
        new = [(columns[column], rows[row]) for row, column in pairs if costs[row, column] < limit]
        matched.update(new)
        return new

    def _know_again(
        self, sights: Sequence[Sight], matched: dict[int, Track]
    ) -> list[tuple[int, Track]]:
        """Match by looks alone, where they fit one person clearly better than any other.

        Another is who was in one frame with that person. Of others who look alike, one may have
        been taken for two before: that must not make a third of them.
        """
        taken = {track.number for track in matched.values()}
        free = [track for track in self._tracks if track.number not in taken]
        unlike = {
            id(sight): {track.number: track.unlikeness(sight) for track in free}
            for index, sight in enumerate(sights)
            if index not in matched
        }

        def clearly_like(track: Track, sight: Sight) -> float:
            all_of_them = unlike[id(sight)]
            value = all_of_them[track.number]
            others = [all_of_them[number] for number in track.met if number in all_of_them]
            clear = all(not other < value + _CLEARLY for other in others)  # also of what is unknown
            return value if clear and not math.isnan(value) else math.inf

        return self._round(free, sights, matched, clearly_like, SAME_LOOKS)
