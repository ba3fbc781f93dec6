"""What the network is asked to say, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.data.face_data import Split
from fer_keras.errors import InputError
from fer_keras.training.recipe import Recipe
from fer_keras.training.targets import drawing_rates, label_given_votes, training_targets


def split(**arrays: object) -> Split:
    return Split(
        images=np.zeros((2, 48, 48, 1), "uint8"),
        labels=np.array([2, 0]),
        rows=np.arange(2),
        **arrays,  # type: ignore[arg-type]
    )


def test_labels_become_one_hot() -> None:
    np.testing.assert_array_equal(training_targets(split(), 3, Recipe()), [[0, 0, 1], [1, 0, 0]])


def test_smoothing_spreads_its_share() -> None:
    targets = training_targets(split(), 3, Recipe(label_smoothing=0.3))
    np.testing.assert_allclose(targets, [[0.1, 0.1, 0.8], [0.8, 0.1, 0.1]], atol=1e-6)


def test_half_of_the_target_is_what_votes_say() -> None:
    votes = np.array([[0, 4, 4], [9, 0, 0]], "float32")
    given = split(votes=votes)
    voted = label_given_votes(votes, given.labels, 3)
    targets = training_targets(given, 3, Recipe(votes_weight=0.5))
    np.testing.assert_allclose(targets, (voted + np.eye(3)[[2, 0]]) / 2, atol=1e-6)


def test_own_targets_and_teacher() -> None:
    own = np.array([[0.5, 0.5, 0], [0, 0, 1]], "float32")
    teacher = np.array([[0, 0, 1], [0, 0, 1]], "float32")
    targets = training_targets(split(targets=own), 3, Recipe(teacher_weight=0.5), teacher)
    np.testing.assert_allclose(targets, [[0.25, 0.25, 0.5], [0, 0, 1]], atol=1e-6)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(InputError, match="give `ferplus`"):
        training_targets(split(), 3, Recipe(votes_weight=0.5))
    with pytest.raises(InputError, match="give `teacher`"):
        training_targets(split(), 3, Recipe(teacher_weight=0.5))


def test_it_finds_how_votes_and_labels_go_together() -> None:
    random = np.random.default_rng(0)
    # Annotators see "2" in what the data calls "1" half of the time, and never say "1".
    kinds = np.array([[10, 0, 0], [0, 0, 10]], "float32")
    chosen = random.integers(0, 2, 4000)
    labels = np.where(chosen == 0, 0, random.integers(1, 3, 4000))
    answer = label_given_votes(kinds[chosen], labels, 3)
    np.testing.assert_allclose(answer[chosen == 0][0], [1, 0, 0], atol=0.02)
    np.testing.assert_allclose(answer[chosen == 1][0], [0, 0.5, 0.5], atol=0.05)


def test_rows_are_probabilities_and_an_absent_class_has_none() -> None:
    random = np.random.default_rng(1)
    votes = random.integers(0, 11, (50, 4)).astype("float32")
    answer = label_given_votes(votes, random.choice([0, 3], 50), 4)
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)
    assert answer.dtype == np.float32
    assert not answer[:, 1:3].any()


def test_a_single_class_is_certain() -> None:
    answer = label_given_votes(np.ones((3, 2), "float32"), np.array([1, 1, 1]), 2)
    np.testing.assert_array_equal(answer, [[0, 1]] * 3)


THREE = np.repeat([0, 1, 2], [16, 4, 1])


@pytest.mark.parametrize(
    ("balance", "shares"), [(0.0, (16, 4, 1)), (0.5, (4, 2, 1)), (1.0, (1, 1, 1))]
)
def test_classes_come_up_as_often_as_said(balance: float, shares: tuple[int, ...]) -> None:
    rates = drawing_rates(THREE, balance)
    drawn = np.array([rates[label == THREE].sum() for label in range(3)])
    np.testing.assert_allclose(drawn / drawn.sum(), np.array(shares) / sum(shares))


@given(st.lists(st.sampled_from([0, 1, 4, 6]), min_size=1, max_size=80), st.floats(0.0, 1.0))
def test_an_epoch_is_as_long_as_before(labels: list[int], balance: float) -> None:
    rates = drawing_rates(np.array(labels), balance)
    assert rates.shape == (len(labels),)
    assert rates.min() > 0
    assert rates.mean() == pytest.approx(1.0)
