"""Vectors for what goes on from frame to frame: looks, who is who, decisions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import Face
from fer_keras.live.appearance import see_looks
from fer_keras.live.decision import RULES, Decider, DecisionRule
from fer_keras.live.tracker import Tracker

PEOPLE = 4
"""In the made films."""


def looks_cases(picture: NDArray[np.uint8]) -> dict[str, Any]:
    """Boxes on a pattern of known seed; some regions are hidden, or lie beyond the picture."""
    boxes = [(80, 60, 30), (110, 95, 21.5), (40.5, 50.3, 24), (150, 40, 40), (60, 130, 2)]
    faces = [face(x, y, size) for x, y, size in boxes]
    return {"boxes": boxes, "expected": [listed(one) for one in see_looks(picture, faces)]}


def tracking_cases() -> list[dict[str, Any]]:
    """Made films: people of other colours each, who cross, hide, and are cut to other places."""
    films = ((1, 0.05), (2, 0.05), (3, 0.5), (4, 1.0))
    return [
        _tracking_case(seed, step, looks=looks) for seed, step in films for looks in (True, False)
    ]


def _tracking_case(seed: int, step: float, *, looks: bool) -> dict[str, Any]:
    tracker = Tracker()
    frames = []
    for time, people, colours in _film(seed, step):
        faces = [face(*person) for person in people]
        # Read back from what is stored, so that both sides see the same numbers.
        seen = [np.array(row, np.float32) for row in colours]
        numbers = tracker.update(faces, time, seen if looks else None)
        frames.append(
            {
                "time": time,
                "faces": people,
                "looks": [listed(row) for row in seen] if looks else None,
                "expected": numbers,
                "followed": tracker.numbers,
            }
        )
    return {"frames": frames}


def _film(seed: int, step: float) -> Iterator[tuple[float, list[list[float]], NDArray[np.float32]]]:
    """Time; x, y and size of each face; its colours (7, 3)."""
    rng = np.random.default_rng(seed)
    own = rng.uniform(0, 1, (PEOPLE, 7, 3))
    own[1] = own[0] + 0.02  # two who are dressed alike
    starts = rng.uniform(100, 500, (PEOPLE, 2))
    speeds = rng.uniform(-150, 150, (PEOPLE, 2))
    for frame in range(60):
        time = round(frame * step + (5 if frame >= 45 else 0), 3)  # a pause
        if frame == 30:  # a cut
            starts = rng.uniform(100, 500, (PEOPLE, 2))
        places = starts + speeds * (frame % 30) * step
        there = [one for one in range(PEOPLE) if (frame + 11 * one) % 37 > 7]
        people, colours = [], []
        for one in there:
            x, y = places[one] + rng.normal(0, 1, 2)
            people.append([round(float(x), 2), round(float(y), 2), round(60 + 5.0 * one, 2)])
            seen = (own[one] + rng.normal(0, 0.015, (7, 3))).round(4)
            seen[rng.random(7) < 0.15] = np.nan
            colours.append(seen)
        yield time, people, np.array(colours, np.float32).reshape(-1, 7, 3)


def face(x: float, y: float, size: float) -> Face:
    """A square one."""
    half = size / 2
    return Face(x - half, y - half, x + half, y + half, 1.0, ())


def listed(looks: NDArray[np.float32]) -> list[list[float] | None]:
    """As JSON: null where nothing is seen."""
    return [None if math.isnan(row[0]) else [round(float(one), 5) for one in row] for row in looks]


def decision_cases() -> list[dict[str, Any]]:
    """Probabilities frame by frame, and what each rule makes of them."""
    cases = []
    for number, (window, abstain) in enumerate([(15, 0.45), (5, 0.6), (1, 0.0), (4, 0.5)]):
        rng = np.random.default_rng(number)
        moods = np.repeat(rng.integers(0, 7, 4), 10)
        logits = rng.normal(0, 1.2, (40, 7)) + 1.8 * np.eye(7)[moods]
        frames = np.exp(logits)
        frames = (frames / frames.sum(axis=1, keepdims=True)).round(4)
        if number == 3:  # equal votes, equal probabilities
            frames[:4, :] = 0.0
            frames[[0, 2], 5] = 0.75
            frames[[1, 3], 2] = 0.75
        for rule in RULES:
            decider = Decider(DecisionRule(rule, window, abstain))
            decisions = [decider.update(frame) for frame in frames]
            cases.append(
                {
                    "decide": rule,
                    "window": window,
                    "abstain_below": abstain,
                    "probabilities": frames.tolist(),
                    "expected": [
                        {
                            "label": made.label,
                            "probability": made.probability,
                            "votes": made.votes,
                            "frames": made.frames,
                        }
                        for made in decisions
                    ],
                }
            )
    return cases
