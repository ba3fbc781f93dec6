"""Faces over time: who is in the picture, and what each shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import Face
from fer_keras.faces.recognizer import Recognizer
from fer_keras.live.appearance import see_looks
from fer_keras.live.decision import Decider, Decision, DecisionRule
from fer_keras.live.timings import Timings
from fer_keras.live.tracker import Tracker
from fer_keras.models.classifier import UNSURE


@dataclass(frozen=True)
class Seen:
    """A face in a frame.

    Attributes:
        number: the face's own, the same from frame to frame.
        face: where it is.
        probabilities: float32, (classes,), of this frame alone.
        decision: of the frames so far.
    """

    number: int
    face: Face
    probabilities: NDArray[np.float32]
    decision: Decision


@dataclass(frozen=True)
class Shot:
    """A frame that was looked at.

    Attributes:
        picture: uint8, (height, width, 3), red, green, blue.
        time: of the frame, in seconds.
        seen: the faces in it, in the order of their numbers.
        followed: numbers of the faces that are followed, hidden ones among them.
        milliseconds: that each stage took for it.
    """

    picture: NDArray[np.uint8]
    time: float
    seen: Sequence[Seen]
    followed: Sequence[int]
    milliseconds: Mapping[str, float]


class Watcher:
    """Looks at frame after frame.

    Args:
        recognizer: finds and classifies.
        rule: makes one emotion of many frames.

    Attributes:
        labels: class names.
        timings: of every frame so far, by stage.
    """

    def __init__(self, recognizer: Recognizer, rule: DecisionRule) -> None:
        self.labels = recognizer.labels
        self.timings = Timings()
        self._recognizer = recognizer
        self._film = recognizer.film()
        self._rule = rule
        self._tracker = Tracker()
        self._deciders: dict[int, Decider] = {}
        self._size: tuple[int, int] | None = None

    def look(self, picture: NDArray[np.uint8], time: float) -> list[Seen]:
        """Take in the next frame.

        Args:
            picture: (height, width, 3), red, green, blue.
            time: when it was taken, in seconds.

        Returns:
            The faces in it, in the order of their numbers.
        """
        self._size = (picture.shape[1], picture.shape[0])
        with self._timed("detection"):
            faces = self._film.detect(picture, time)
        with self._timed("classification"):
            probabilities = self._recognizer.classify(picture, faces)
        with self._timed("tracking"):
            numbers = self._tracker.update(faces, time, see_looks(picture, faces))
            alive = self._tracker.numbers
            self._deciders = {
                number: self._deciders.get(number) or Decider(self._rule) for number in alive
            }
            seen = [
                Seen(number, face, row, self._deciders[number].update(row))
                for number, face, row in zip(numbers, faces, probabilities, strict=True)
            ]
        return sorted(seen, key=lambda one: one.number)

    def describe(self, decision: Decision) -> str:
        """What stands over a face: "happy 61 %", by majority "happy, 12 of 15 frames"."""
        if decision.label is None:
            return UNSURE
        name = self.labels[decision.label]
        if self._rule.name == "majority":
            return f"{name}, {decision.share()}"
        return f"{name} {decision.probability:.0%}"

    def what_was_tried(self) -> str | None:
        """Where faces were looked for, if none was found in any frame; else None."""
        if self._size is None or self.faces:
            return None
        return self._recognizer.what_was_tried(*self._size, film=True)

    @property
    def faces(self) -> int:
        """How many different faces there were so far."""
        return self._tracker.given_out

    @property
    def numbers(self) -> list[int]:
        """Of the faces that are followed, those hidden for a moment among them."""
        return self._tracker.numbers

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.timings.add(stage, perf_counter() - start)
