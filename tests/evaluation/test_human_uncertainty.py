from __future__ import annotations

import math

import numpy as np
import pytest

from fer_keras.data.face_data import Split
from fer_keras.evaluation.human_uncertainty import compare_with_humans, entropy
from fer_keras.evaluation.scores import Accuracy
from fer_keras.figures import draw_comparison

VOTES = np.array([[10, 0, 0], [5, 5, 0], [4, 3, 3], [0, 0, 0], [1, 9, 0]], np.float32)
MODEL = np.array(
    [[0.9, 0.1, 0.0], [0.4, 0.3, 0.3], [0.4, 0.3, 0.3], [0.4, 0.4, 0.2], [0.45, 0.35, 0.2]],
    np.float32,
)


def split(votes: np.ndarray | None) -> Split:
    return Split(
        images=np.zeros((5, 48, 48, 1), np.uint8),
        labels=np.array([0, 0, 0, 2, 1]),
        rows=np.arange(5),
        votes=votes,
    )


def test_how_often_the_model_is_unsure_when_humans_are() -> None:
    found = compare_with_humans(MODEL, split(VOTES))
    assert found is not None
    assert len(found.shares) == 4  # the face without votes is left out
    # Humans are unsure on faces 1 and 2, the model on 1, 2 and 4; it is wrong on 4.
    assert found.unsure_when(True) == Accuracy(2, 2)
    assert found.unsure_when(False) == Accuracy(1, 2)
    assert found.right_when(True) == Accuracy(2, 2)
    assert found.right_when(False) == Accuracy(1, 2)


def test_a_single_vote_counts() -> None:
    found = compare_with_humans(MODEL, split(np.eye(5, 3, dtype=np.float32)))
    assert found is not None
    np.testing.assert_array_equal(found.shares, np.eye(3))


def test_without_votes_there_is_nothing_to_compare() -> None:
    assert compare_with_humans(MODEL, split(None)) is None
    assert compare_with_humans(MODEL, split(np.zeros_like(VOTES))) is None


def test_entropy_in_bits() -> None:
    np.testing.assert_allclose(
        entropy(np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4])), [0, 1, 2]
    )


def test_correlations_of_a_model_that_doubts_as_humans_do() -> None:
    shares = VOTES / np.maximum(VOTES.sum(1, keepdims=True), 1)
    same = compare_with_humans(shares, split(VOTES))
    assert same is not None
    assert same.probability_correlation() == pytest.approx(1)
    assert same.entropy_correlations() == pytest.approx((1, 1))
    sure = compare_with_humans(np.eye(3)[[0, 0, 0, 0, 1]], split(VOTES))
    assert sure is not None
    assert math.isnan(sure.entropy_correlations()[0])


def test_the_picture_shows_the_mean_of_each_bin() -> None:
    found = compare_with_humans(MODEL, split(VOTES))
    assert found is not None
    left, right = draw_comparison(found).axes
    mean = left.lines[0]
    np.testing.assert_allclose(mean.get_xdata()[-1], 0.95)  # shares of 1 and of 0.9
    np.testing.assert_allclose(mean.get_ydata()[-1], (0.9 + 0.35) / 2, rtol=1e-6)
    assert "Spearman" in right.get_title()
