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
from fer_keras.models.classification import UNSURE

RULES = ("majority", "mean", "ema")


@dataclass(frozen=True)
class Decision:
    """What is said of a face after a frame.

    Attributes:
        label: index of the emotion, or None: unsure.
        confidence: 0 to 1, of the leading emotion, also where `label` is None.
        scores: float64, (classes,), 0 to 1: what the rule weighed.
    """

    label: int | None
    confidence: float
    scores: NDArray[np.float64]

    def name(self, labels: tuple[str, ...]) -> str:
        """The emotion's name, or "unsure"."""
        return UNSURE if self.label is None else labels[self.label]


@dataclass(frozen=True)
class DecisionRule:
    """How frames become a decision.

    - `majority`: every frame of the window votes for its most probable emotion; an emotion's score
      is its share of the votes. Of equal shares the greater sum of probabilities leads.
    - `mean`: an emotion's score is its mean probability over the window.
    - `ema`: an exponential moving average. The first frame's probabilities are the first scores;
      then `scores += a * (probabilities - scores)` with `a = 2 / (window + 1)`, which weighs as far
      back as a mean over the window does.

    The greatest score leads and is the confidence (of equal ones the first in order of the labels);
    a confidence below `abstain_below` is no answer.

    Attributes:
        name: one of `RULES`.
        window: frames, 1 or more. Until so many were seen, those seen count.
        abstain_below: 0 (always answer) to 1.

    Raises:
        InputError: if one of them is out of range.
    """

    name: str = "majority"
    window: int = 15
    abstain_below: float = 0.45

    def __post_init__(self) -> None:
        if self.name not in RULES:
            raise InputError(f"--decide {self.name}: take one of {', '.join(RULES)}")
        if self.window < 1:
            raise InputError(f"--window {self.window}: take 1 or more frames")
        if not 0 <= self.abstain_below <= 1:
            raise InputError(f"--abstain-below {self.abstain_below}: take 0 to 1")


class Decider:
    """Decides for one face, frame by frame."""

    def __init__(self, rule: DecisionRule) -> None:
        self._rule = rule
        self._frames: deque[NDArray[np.float64]] = deque(maxlen=rule.window)
        self._average: NDArray[np.float64] | None = None

    def update(self, probabilities: NDArray[Any]) -> Decision:
        """Take in the next frame's probabilities, (classes,), and decide."""
        frame = np.asarray(probabilities, np.float64)
        if self._rule.name == "ema":
            scores = self._averaged(frame)
            leader = int(scores.argmax())
        else:
            self._frames.append(frame)
            frames = np.array(self._frames)
            sums = frames.sum(axis=0)
            if self._rule.name == "mean":
                scores = sums / len(frames)
                leader = int(scores.argmax())
            else:
                votes = np.bincount(frames.argmax(axis=1), minlength=len(frame))
                scores = votes / len(frames)
                leader = int(np.where(votes == votes.max(), sums, -1.0).argmax())
        confidence = float(scores[leader])
        sure = confidence >= self._rule.abstain_below
        return Decision(leader if sure else None, confidence, scores)

    def _averaged(self, frame: NDArray[np.float64]) -> NDArray[np.float64]:
        if self._average is None:
            self._average = frame
        else:
            weight = 2 / (self._rule.window + 1)
            self._average = self._average + weight * (frame - self._average)
        return self._average
