from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import recall_score

from fer_keras.data.face_data import Split
from fer_keras.evaluation.judging import Judged, comparison_table
from fer_keras.evaluation.scores import (
    Accuracy,
    Comparison,
    Scores,
    accuracy_interval,
    agreement,
    compare,
    confidence_bins,
    expected_calibration_error,
    macro_f1,
    mcnemar,
    paired_difference_interval,
    per_class_recall,
    score,
    surest,
)
from fer_keras.models import Classifier

LABELS = ("happy", "sad", "fear")
SPLIT = Split(
    images=np.zeros((5, 48, 48, 1), np.uint8),
    labels=np.array([0, 0, 1, 1, 1]),
    rows=np.arange(5),
)


def sure_of(*named: int) -> np.ndarray:
    return np.eye(3, dtype=np.float32)[list(named)] * 0.7 + 0.1


def judged(name: str, scores: Scores, against: Comparison | None = None) -> Judged:
    return Judged(name, Classifier("mobile-s"), np.empty((0, 3), np.float32), scores, against)


def table_of(models: list[Judged]) -> dict[str, list[str]]:
    return {row[0]: list(row[1:]) for row in comparison_table(models).rows}


def test_scores_by_hand() -> None:
    copies = np.array([True, False, False, False, True])
    scores = score(sure_of(0, 1, 1, 1, 0), SPLIT, LABELS, copies)
    assert scores.accuracy.value == pytest.approx(3 / 5)
    assert scores.without_copies is not None
    assert (scores.without_copies.correct, scores.without_copies.faces) == (2, 3)
    np.testing.assert_allclose(scores.recall, [1 / 2, 2 / 3, np.nan])
    assert scores.calibration_error == pytest.approx(0.2)
    assert json.loads(json.dumps(scores.to_json(), allow_nan=False))["recall"]["fear"] is None


def test_when_every_face_is_a_copy_there_is_no_accuracy_left() -> None:
    scores = score(sure_of(0, 1, 1, 1, 0), SPLIT, LABELS, np.ones(5, bool))
    assert scores.to_json()["without_copies"]["value"] is None
    assert table_of([judged("m", scores)])["  without 5 copies"] == ["-"]


def test_a_comparison_says_which_way() -> None:
    found = compare(sure_of(0, 0, 1, 1, 0), sure_of(0, 1, 1, 2, 0), SPLIT)
    assert found.difference == pytest.approx(2 / 5)
    assert found.interval[0] < found.difference < found.interval[1]
    assert found.agreement == pytest.approx(3 / 5)
    assert found.mcnemar_p == pytest.approx(0.5)
    back = compare(sure_of(0, 1, 1, 2, 0), sure_of(0, 0, 1, 1, 0), SPLIT)
    assert back.difference == pytest.approx(-2 / 5)


def test_only_sure_faces_are_answered() -> None:
    probabilities = sure_of(0, 1, 1, 1, 0)
    probabilities[3:] = [0.3, 0.6, 0.1]
    for limit, correct, faces in ((0.9, 0, 0), (0.7, 2, 3), (0.5, 4, 5)):
        scores = score(probabilities, SPLIT, LABELS, abstain_below=limit)
        assert scores.answered == Accuracy(correct, faces)
    assert score(probabilities, SPLIT, LABELS).answered is None


def test_accuracy_of_the_surest_four_of_five() -> None:
    probabilities = sure_of(0, 1, 1, 1, 0)  # right, wrong, right, right, wrong
    for place, correct in ((0, 2), (1, 3), (4, 3)):
        doubted = probabilities.copy()
        doubted[place] = (0.5 * doubted[place] + 0.5 / 3).astype(np.float32)
        scores = score(doubted, SPLIT, LABELS)
        assert scores.surest == Accuracy(correct, 4)
        assert scores.to_json()["surest"]["value"] == pytest.approx(correct / 4)
        assert table_of([judged("m", scores)])["  of the surest 80%"] == [f"{25 * correct:.2f} %"]


def test_without_faces_nothing_is_known() -> None:
    nothing = Accuracy(0, 0)
    assert nothing.interval == (0.0, 1.0)
    assert nothing.to_json() == {"value": None, "interval": [0.0, 1.0], "correct": 0, "faces": 0}


def test_the_table_has_a_cell_for_every_model_in_every_row() -> None:
    first, second = sure_of(0, 1, 1, 1, 0), sure_of(0, 0, 1, 1, 1)
    models = [
        judged("first", score(first, SPLIT, LABELS)),
        judged("second", score(second, SPLIT, LABELS), compare(second, first, SPLIT)),
    ]
    table = table_of(models)
    assert all(len(cells) == 2 for cells in table.values())
    assert table["accuracy"] == ["60.00 %", "100.00 %"]
    assert table["minus the first's"] == ["", "+40.00"]
    assert table["recall fear"] == ["-", "-"]


def pairs(both: int, only_a: int, only_b: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    a = np.repeat([True, True, False, False], [both, only_a, only_b, neither])
    b = np.repeat([True, False, True, False], [both, only_a, only_b, neither])
    return a, b


def test_accuracy_interval_is_wilsons() -> None:
    z, n, p = 1.959964, 3589, 2000 / 3589
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert accuracy_interval(2000, 3589) == pytest.approx((middle - half, middle + half), abs=1e-6)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_accuracy_interval_holds_the_accuracy(case: tuple[int, int]) -> None:
    correct, n = case
    low, high = accuracy_interval(correct, n)
    assert -1e-12 <= low <= correct / n <= high <= 1 + 1e-12
    assert high > low


def test_mcnemar_counts_only_the_faces_that_tell_the_models_apart() -> None:
    # 1 of 6 heads: 2 * (1 + 6) / 2**6
    assert mcnemar(*pairs(100, 1, 5, 30)) == pytest.approx(14 / 64)
    assert mcnemar(*pairs(100, 1, 5, 30)) == mcnemar(*pairs(0, 5, 1, 3))
    assert mcnemar(*pairs(10, 0, 0, 5)) == 1
    with pytest.raises(ValueError, match="not the same"):
        mcnemar(np.ones(3, bool), np.ones(1, bool))


def test_paired_interval_covers_the_true_difference_19_times_in_20() -> None:
    rng = np.random.default_rng(0)
    cells = np.array([0.5, 0.12, 0.07, 0.31])  # both right, only a, only b, neither
    truth = cells[1] - cells[2]
    covered = [
        low <= truth <= high
        for low, high in (
            paired_difference_interval(*pairs(*rng.multinomial(200, cells))) for _ in range(600)
        )
    ]
    # 0.95 with a standard error of 0.009 over 600 draws
    assert 0.925 < np.mean(covered) < 0.98


@given(st.tuples(*[st.integers(0, 30)] * 4).filter(any))
def test_paired_interval_turns_with_its_arguments(cells: tuple[int, int, int, int]) -> None:
    a, b = pairs(*cells)
    low, high = paired_difference_interval(a, b)
    assert low - 1e-12 <= a.mean() - b.mean() <= high + 1e-12
    assert paired_difference_interval(b, a) == pytest.approx((-high, -low))


@pytest.mark.parametrize(
    ("cells", "joined"),
    [((20, 12, 2, 16), 20 * 16 - 12 * 2 - 50 / 2), ((7, 3, 3, 7), 30), ((4, 9, 8, 5), 4 * 5 - 72)],
)
def test_paired_interval_is_newcombes(cells: tuple[int, int, int, int], joined: float) -> None:
    """Method 10: the correlation's numerator is less by n / 2 where it is above nought."""
    both, only_a, only_b, _ = cells
    n, right_a, right_b = sum(cells), both + only_a, both + only_b
    (low_a, high_a), (low_b, high_b) = (accuracy_interval(right, n) for right in (right_a, right_b))
    a, b = right_a / n, right_b / n
    phi = joined / np.sqrt(right_a * (n - right_a) * right_b * (n - right_b))
    below, above = (
        np.sqrt(one**2 - 2 * phi * one * other + other**2)
        for one, other in ((a - low_a, high_b - b), (high_a - a, b - low_b))
    )
    expected = a - b - below, a - b + above
    assert paired_difference_interval(*pairs(*cells)) == pytest.approx(expected)


def test_paired_interval_is_narrower_where_models_err_together() -> None:
    together = paired_difference_interval(*pairs(60, 5, 3, 32))
    apart = paired_difference_interval(*pairs(40, 25, 23, 12))
    assert together[1] - together[0] < 0.6 * (apart[1] - apart[0])


@pytest.mark.filterwarnings("error")
def test_recall_is_scikit_learns_and_says_where_there_is_no_face() -> None:
    rng = np.random.default_rng(1)
    labels, predicted = rng.integers(0, 4, (2, 200))
    recall = per_class_recall(predicted, labels, 5)
    np.testing.assert_allclose(recall[:4], recall_score(labels, predicted, average=None))
    assert np.isnan(recall[4])


def test_macro_f1_weighs_classes_alike() -> None:
    labels = np.array([0] * 98 + [1] * 2)
    assert macro_f1(np.zeros(100, np.int64), labels) == pytest.approx((2 * 98 / 198 + 0) / 2)


def test_agreement_ignores_who_is_right() -> None:
    a = np.array([[0.6, 0.4], [0.4, 0.6], [0.1, 0.9]])
    b = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]])
    assert agreement(a, b) == pytest.approx(2 / 3)


def test_calibration_error_by_hand() -> None:
    sure = np.array([[0.9, 0.1]] * 10 + [[0.35, 0.65]] * 10)
    labels = np.array([0] * 8 + [1] * 2 + [1] * 5 + [0] * 5)
    assert expected_calibration_error(sure, labels) == pytest.approx((0.1 + 0.15) / 2)


def test_calibration_error_of_a_calibrated_model_is_small() -> None:
    rng = np.random.default_rng(2)
    probabilities = rng.dirichlet(np.ones(7), 20_000)
    labels = (probabilities.cumsum(1) > rng.random((20_000, 1))).argmax(1)
    assert expected_calibration_error(probabilities, labels) < 0.02
    sharpened = probabilities**3 / (probabilities**3).sum(1, keepdims=True)
    assert expected_calibration_error(sharpened, labels) > 0.1


def test_bins_hold_every_face_at_its_confidence() -> None:
    assert len(confidence_bins(np.eye(2), np.array([0, 1])).count) == 15  # as in Guo et al.
    probabilities = np.array([[1.0, 0.0], [0.5, 0.5], [0.75, 0.25], [0.7, 0.3]])
    table = confidence_bins(probabilities, np.array([0, 1, 1, 0]), bins=4)
    assert table.count.tolist() == [0, 1, 2, 1]
    np.testing.assert_allclose(table.accuracy[1:], [0, 0.5, 1])
    np.testing.assert_allclose(table.confidence[1:], [0.5, 0.725, 1])
    assert np.isnan(table.accuracy[0])


def test_the_surest_are_those_of_the_greatest_probability() -> None:
    sure = np.array([0.9, 0.4, 0.6, 0.6, 0.6])
    probabilities = np.stack([1 - sure, sure], axis=1)
    # 0.4 of the second is 0.6 of the first; equal ones are taken in their order.
    assert surest(probabilities, 0.5).tolist() == [True, True, True, False, False]
    assert surest(probabilities, 0.41).tolist() == [True, True, True, False, False]
    assert surest(probabilities, 0.4).tolist() == [True, True, False, False, False]
    assert surest(probabilities, 1.0).all()
    assert surest(np.tile([[0.3, 0.7]], (100, 1)), 0.55).sum() == 55


def test_the_share_of_fer2013_that_is_surest() -> None:
    assert surest(np.random.default_rng(0).dirichlet(np.ones(7), 3589), 0.8).sum() == 2872
