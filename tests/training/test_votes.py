"""P(label | votes) comes back from labels that were drawn by it."""

import numpy as np

from fer_keras.training.votes import label_given_votes


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
