from __future__ import annotations

import json

import numpy as np
import pytest

from fer_keras.data.face_data import Split
from fer_keras.evaluation.judging import Judged, comparison_table
from fer_keras.evaluation.scores import Accuracy, Comparison, Scores, compare, score
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
