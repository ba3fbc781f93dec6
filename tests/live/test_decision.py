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
    for end, frame in enumerate(frames, start=1):
        decision = decider.update(frame)
        assert decision.probability == decision.probabilities[decision.leader]
        assert decision.probabilities.sum() == pytest.approx(1)
        assert decision.frames == min(end, window)
        assert 0 <= decision.votes <= decision.frames
        sure = decision.frames == window and decision.probability >= limit
        assert decision.label == (decision.leader if sure else None)


@given(sequences(), windows)
def test_majority_counts_the_votes_of_the_window(frames: np.ndarray, window: int) -> None:
    decider = Decider(DecisionRule("majority", window, 0))
    for end, frame in enumerate(frames, start=1):
        seen = frames[max(0, end - window) : end]
        votes = Counter(int(one.argmax()) for one in seen)
        decision = decider.update(frame)
        assert votes[decision.leader] == decision.votes == max(votes.values())
        assert decision.share() == f"{max(votes.values())} of {len(seen)} frames"
        assert decision.probability == pytest.approx(seen.mean(axis=0)[decision.leader])


@given(sequences(), windows)
def test_mean_is_the_windows(frames: np.ndarray, window: int) -> None:
    decider = Decider(DecisionRule("mean", window, 0))
    for end, frame in enumerate(frames, start=1):
        expected = frames[max(0, end - window) : end].mean(axis=0)
        decision = decider.update(frame)
        np.testing.assert_allclose(decision.probabilities, expected)
        assert decision.leader == decision.probabilities.argmax()


def test_nothing_is_certain_before_the_window_is_full() -> None:
    for name in RULES:
        decider = Decider(DecisionRule(name, 3, 0))
        made = [decider.update(np.array([0.0, 1.0])) for _ in range(4)]
        assert [one.label for one in made] == [None, None, 1, 1]
        assert [one.frames for one in made] == [1, 2, 3, 3]


@given(sequences(), st.sampled_from(RULES))
def test_a_window_of_one_is_the_frame_itself(frames: np.ndarray, name: str) -> None:
    decider = Decider(DecisionRule(name, 1, 0))
    for frame in frames:
        assert decider.update(frame).label == frame.argmax()


def test_ema_by_hand() -> None:
    decider = Decider(DecisionRule("ema", 3, 0))  # weight 2 / (3 + 1)
    decider.update(np.array([1.0, 0.0]))
    decision = decider.update(np.array([0.0, 1.0]))
    assert decision.probabilities.tolist() == [0.5, 0.5]
    assert decision.leader == 0, "of equal ones the first"
    assert decider.update(np.array([0.0, 1.0])).probabilities.tolist() == [0.25, 0.75]


def test_of_equal_votes_the_surer_leads() -> None:
    decider = Decider(DecisionRule("majority", 2, 0))
    decider.update(np.array([0.6, 0.4]))
    assert decider.update(np.array([0.1, 0.9])).label == 1


def test_majority_abstains_by_the_probability_too() -> None:
    """All frames agree, none of them is sure: a share of 1 is no probability."""
    decider = Decider(DecisionRule("majority", 2, 0.45))
    decider.update(np.array([0.29, 0.26, 0.25, 0.2]))
    decision = decider.update(np.array([0.29, 0.26, 0.25, 0.2]))
    assert (decision.label, decision.votes, decision.frames) == (None, 2, 2)


def test_unsure_has_a_name() -> None:
    labels = ("happy", "sad")
    decider = Decider(DecisionRule("mean", 1, 0.9))
    assert decider.update(np.array([0.8, 0.2])).name(labels) == "unsure"
    assert decider.update(np.array([1.0, 0.0])).name(labels) == "happy"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("median", 15, 0.5), "decide: median is no rule; take one of mean, majority, ema"),
        (("mean", 0, 0.5), "window: 0;"),
        (("mean", 15, 1.5), "abstain_below: 1.5;"),
        (("mean", 15, float("nan")), "abstain_below: nan;"),
    ],
)
def test_what_is_out_of_range_is_refused(arguments: tuple[str, int, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        DecisionRule(*arguments)
