"""Models of every kind side by side, as a table of pandas."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras import Classifier, InputError, evaluate
from fer_keras.data.face_data import FaceData
from fer_keras.evaluation.judging import judge


def test_a_row_for_each_model(
    exported: tuple[Path, dict[str, Any]], trained_run: Path, drawn_faces: FaceData
) -> None:
    int8 = exported[0] / "tiny-int8.tflite"
    table = evaluate([trained_run, "mobile-s", Classifier(int8)], drawn_faces, abstain_below=0.5)
    assert list(table.index) == [trained_run.name, "mobile-s", "tiny-int8.tflite"]
    split = drawn_faces.split("validation")
    for model, row in zip((trained_run, "mobile-s", int8), table.itertuples(), strict=True):
        answers = Classifier(model).probabilities(split.images, drawn_faces.labels)
        right = answers.argmax(1) == split.labels
        assert row.accuracy == right.mean()
        assert row.accuracy_low < row.accuracy < row.accuracy_high
        assert row.answered == (answers.max(1) >= 0.5).mean()
        assert row.recall_happy == right[split.labels == 3].mean()
    assert np.isnan(table.agreement.iloc[0])
    assert table.agreement.iloc[2] > 0.9
    assert table.difference.iloc[1] == table.accuracy.iloc[1] - table.accuracy.iloc[0]


def test_one_model_needs_no_list(drawn_faces: FaceData) -> None:
    (one,) = evaluate("mobile-s", drawn_faces, split="test").itertuples()
    assert one.faces == 350
    with pytest.raises(InputError, match="models: none"):
        evaluate([], drawn_faces)


def test_eight_classes_beside_seven_on_data_of_either(drawn_faces: FaceData) -> None:
    seven = drawn_faces.split("validation")
    lines: list[str] = []
    first, second = judge(["mobile-s", "mobile-s-plus"], drawn_faces, report=lines.append)
    assert first.scores.labels == second.scores.labels == (*drawn_faces.labels, "contempt")
    assert any(
        "no faces of contempt: where the model says so, it counts as wrong" in line
        for line in lines
    )
    for one, name in ((first, "mobile-s"), (second, "mobile-s-plus")):
        answers = Classifier(name).probabilities(seven.images)
        said = np.array(Classifier(name).labels)[answers.argmax(1)]
        right = said == np.array(drawn_faces.labels)[seven.labels]
        assert one.scores.accuracy.faces == len(seven)
        assert one.scores.accuracy.correct == right.sum()
        np.testing.assert_allclose(one.probabilities.sum(1), 1, atol=0.02)
    assert not first.probabilities[:, 7].any()
    assert second.against_first is not None
    assert second.against_first.difference == pytest.approx(
        second.scores.accuracy.value - first.scores.accuracy.value
    )
    # The reverse: data of eight, of which one model knows seven.
    last = len(drawn_faces.labels) - 1
    renamed = (*drawn_faces.labels[:last], "contempt", drawn_faces.labels[last])
    moved = {
        name: dataclasses.replace(split, labels=np.where(split.labels == last, 7, split.labels))
        for name, split in drawn_faces.splits.items()
    }
    moved["validation"].labels[:5] = 6
    eight = dataclasses.replace(drawn_faces, labels=renamed, splits=moved)
    lines.clear()
    plus, plain = judge(["mobile-s-plus", "mobile-s"], eight, report=lines.append)
    assert plus.scores.accuracy.faces == plain.scores.accuracy.faces == len(seven) - 5
    assert any(
        "left out: 5 faces of contempt" in line and "mobile-s does not know" in line
        for line in lines
    )


def test_a_model_of_other_classes_is_named(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData
) -> None:
    tired = dataclasses.replace(drawn_faces, labels=tuple("abcdefg"))
    with pytest.raises(InputError, match="none of them match"):
        judge(["mobile-s", exported[0] / "tiny-int8.tflite"], tired)
