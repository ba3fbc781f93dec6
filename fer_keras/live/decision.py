"""One emotion for a face out of many frames.

The same rules stand in `mobile_demo/`; `tests/vectors/decisions.json` holds both to them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.classifier import UNSURE

RULES = ("mean", "majority", "ema")
"""The first is the default; `majority` is the paper's."""


@dataclass(frozen=True)
class Decision:
    """What is said of a face after a frame.

    Attributes:
        label: index of the emotion, or None: unsure.
        leader: index of the leading emotion, also where `label` is None.
        probabilities: float64, (classes,): their mean over the frames (`ema`: weighted mean).
        votes: frames of the window whose most probable emotion is the leading one.
        frames: in the window so far, 1 or more.
    """

    label: int | None
    leader: int
    probabilities: NDArray[np.float64]
    votes: int
    frames: int

    @property
    def probability(self) -> float:
        """Of the leading emotion, 0 to 1."""
        return float(self.probabilities[self.leader])

    def name(self, labels: tuple[str, ...]) -> str:
        """The emotion's name, or "unsure"."""
        return UNSURE if self.label is None else labels[self.label]

    def share(self) -> str:
        """The leading emotion's frames, as people read them: "12 of 15 frames"."""
        return f"{self.votes} of {self.frames} frames"


@dataclass(frozen=True)
class DecisionRule:
    """How frames become a decision.

    - `mean`: the emotion whose mean probability over the window is the greatest leads.
    - `majority`: every frame of the window votes for its most probable emotion; most votes lead, of
      equal ones the greater mean probability.
    - `ema`: as `mean`, but of an exponential moving average: the first frame's probabilities, then
      `average += a * (probabilities - average)` with `a = 2 / (window + 1)`, which weighs as far
      back as a mean over the window does.

    Of equal ones the first in the order of the labels leads. There is no answer (unsure) before the
    window is full, and while the leading emotion's probability is below `abstain_below`.

    Attributes:
        name: one of `RULES`.
        window: frames, 1 or more.
        abstain_below: probability, 0 (always answer) to 1.

    Raises:
        InputError: if one of them is out of range.
    """

    name: str = "mean"
    window: int = 15
    abstain_below: float = 0.45

    def __post_init__(self) -> None:
        if self.name not in RULES:
            raise InputError(f"decide: {self.name} is no rule; take one of {', '.join(RULES)}")
        if self.window < 1:
            raise InputError(f"window: {self.window}; take 1 or more frames")
        if not 0 <= self.abstain_below <= 1:
            raise InputError(f"abstain_below: {self.abstain_below}; take 0 to 1")


class Decider:
    """Decides for one face, frame by frame, in the same time for ever."""

    def __init__(self, rule: DecisionRule) -> None:
        self._rule = rule
        self._frames: deque[NDArray[np.float64]] = deque(maxlen=rule.window)
        self._average: NDArray[np.float64] | None = None

    def update(self, probabilities: NDArray[Any]) -> Decision:
        """Take in the next frame's probabilities, (classes,), and decide."""
        rule = self._rule
        self._frames.append(np.asarray(probabilities, np.float64))
        frames = np.array(self._frames)
        votes = np.bincount(frames.argmax(axis=1), minlength=frames.shape[1])
        means = self._averaged() if rule.name == "ema" else frames.mean(axis=0)
        if rule.name == "majority":
            leader = int(np.where(votes == votes.max(), means, -1.0).argmax())
        else:
            leader = int(means.argmax())
        sure = len(frames) == rule.window and means[leader] >= rule.abstain_below
        return Decision(leader if sure else None, leader, means, int(votes[leader]), len(frames))

    def _averaged(self) -> NDArray[np.float64]:
        newest = self._frames[-1]
        if self._average is None:
            self._average = newest
        else:
            weight = 2 / (self._rule.window + 1)
            self._average = self._average + weight * (newest - self._average)
        return self._average
