"""The interface as the README and `help(fer_keras)` show it, on small drawn data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fer_keras as fk
from fer_keras.data.face_data import FaceData

PHOTO = Path(__file__).parent / "pictures" / "astronaut.png"
OPTIONS = {"stem": 4, "blocks": [[8, 2]]}


@pytest.fixture(scope="module")
def data() -> FaceData:
    return fk.open_data("synthetic", sizes=(70, 35, 35))


@pytest.fixture(scope="module")
def run(data: FaceData, tmp_path_factory: pytest.TempPathFactory) -> fk.Run:
    out = tmp_path_factory.mktemp("interface") / "small"
    return fk.train(data, "mobile-s", epochs=1, options=OPTIONS, out=out, report=lambda line: None)


def test_recognise_and_classify() -> None:
    assert "mobile-s-int8" in fk.list_models().index
    faces = fk.Recognizer("mobile-s")(str(PHOTO))
    assert faces[0].label == "happy"
    assert faces[0].probabilities["happy"] == faces[0].probability
    assert len(faces[0].box) == 4
    batch = np.full((3, 48, 48), 90, np.uint8)
    assert [found.label in fk.FER2013_LABELS for found in fk.Classifier("mobile-s").classify(batch)]


def test_plain_keras() -> None:
    model = fk.build("final-slim", classes=5, dropout=0.3)
    assert model.output_shape == (None, 5)
    assert fk.load("mobile-s").model.output_shape == (None, 7)


def test_train_judge_and_export(run: fk.Run, data: FaceData) -> None:
    assert len(run.history) == 1
    assert run.model.output_shape == (None, 7)
    assert run.evaluate("validation").accuracy.faces == 35
    (int8,) = run.export(["int8"])
    table = fk.evaluate([run, "mobile-s", int8], data, split="validation")
    assert len(table) == 3
    assert table.agreement.iloc[2] > 0.5
    assert len(fk.Run(run.path).resume(epochs=2).history) == 2


def test_a_run_is_a_model_everywhere(run: fk.Run) -> None:
    assert fk.Classifier(run).labels == run.labels == fk.FER2013_LABELS
    assert fk.load(run).model.name == run.model.name


def test_errors_name_arguments() -> None:
    with pytest.raises(ValueError, match=r"^arch resnet: unknown"):
        fk.build("resnet")
    with pytest.raises(fk.InputError, match=r"^nowhere: no such file, run or shipped model"):
        fk.Classifier("nowhere")


def test_every_name_is_there_and_explained() -> None:
    for name in fk.__all__:
        assert name in dir(fk)
        value = getattr(fk, name)
        assert not callable(value) or value.__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'predict'"):
        fk.predict  # noqa: B018


def test_help_teaches_a_stranger() -> None:
    code = "import fer_keras; help(fer_keras)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for words in ("Recognizer(", "fk.train(", "run.export(", "evaluate(", "InputError"):
        assert words in done.stdout, words
