"""Models of every kind side by side, as a table of pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras import Classifier, InputError, evaluate
from fer_keras.data.face_data import FaceData


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
