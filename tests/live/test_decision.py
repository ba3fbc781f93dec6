from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fer_keras.errors import InputError
from fer_keras.live.decision import RULES, Decider, DecisionRule

CLASSES = 4


@st.composite
def sequences(draw: st.DrawFn) -> np.ndarray:
    frames = draw(st.integers(1, 25))
    raw = draw(arrays(np.float64, (frames, CLASSES), elements=st.floats(0.01, 1)))
    return raw / raw.sum(axis=1, keepdims=True)


windows = st.integers(1, 20)
limits = st.floats(0, 1)


@given(sequences(), st.sampled_from(RULES), windows, limits)
def test_a_decision_is_the_leader_or_none(
    frames: np.ndarray, name: str, window: int, limit: float
) -> None:
    decider = Decider(DecisionRule(name, window, limit))
    for frame in frames:
        decision = decider.update(frame)
        assert decision.confidence == decision.scores.max()
        assert decision.scores.sum() == pytest.approx(1)
        assert (decision.label is None) == (decision.confidence < limit)
        if decision.label is not None:
            assert decision.scores[decision.label] == decision.confidence


@given(sequences(), windows)
def test_majority_counts_the_votes_of_the_window(frames: np.ndarray, window: int) -> None:
    decider = Decider(DecisionRule("majority", window, 0))
    for end, frame in enumerate(frames, start=1):
        seen = frames[max(0, end - window) : end]
        votes = Counter(int(one.argmax()) for one in seen)
        decision = decider.update(frame)
        assert decision.label is not None
        assert votes[decision.label] == max(votes.values())
        assert decision.confidence == max(votes.values()) / len(seen)


@given(sequences(), windows)
def test_mean_is_the_windows(frames: np.ndarray, window: int) -> None:
    decider = Decider(DecisionRule("mean", window, 0))
    for end, frame in enumerate(frames, start=1):
        expected = frames[max(0, end - window) : end].mean(axis=0)
        np.testing.assert_allclose(decider.update(frame).scores, expected)


@given(sequences(), st.sampled_from(RULES))
def test_a_window_of_one_is_the_frame_itself(frames: np.ndarray, name: str) -> None:
    decider = Decider(DecisionRule(name, 1, 0))
    for frame in frames:
        assert decider.update(frame).label == frame.argmax()


def test_ema_by_hand() -> None:
    decider = Decider(DecisionRule("ema", 3, 0))  # weight 2 / (3 + 1)
    decider.update(np.array([1.0, 0.0]))
    decision = decider.update(np.array([0.0, 1.0]))
    assert decision.scores.tolist() == [0.5, 0.5]
    assert decision.label == 0, "of equal scores the first"
    assert decider.update(np.array([0.0, 1.0])).scores.tolist() == [0.25, 0.75]


def test_of_equal_votes_the_surer_leads() -> None:
    decider = Decider(DecisionRule("majority", 2, 0))
    decider.update(np.array([0.6, 0.4]))
    assert decider.update(np.array([0.1, 0.9])).label == 1


def test_unsure_has_a_name() -> None:
    labels = ("happy", "sad")
    decider = Decider(DecisionRule("mean", 5, 0.9))
    assert decider.update(np.array([0.8, 0.2])).name(labels) == "unsure"
    assert decider.update(np.array([1.0, 0.0])).name(labels) == "happy"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("median", 15, 0.5), "--decide median: take one of majority, mean, ema"),
        (("mean", 0, 0.5), "--window 0"),
        (("mean", 15, 1.5), "--abstain-below 1.5"),
        (("mean", 15, float("nan")), "--abstain-below nan"),
    ],
)
def test_what_is_out_of_range_is_refused(arguments: tuple[str, int, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        DecisionRule(*arguments)
