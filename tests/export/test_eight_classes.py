"""Models of FER+'s eight emotions go every way that those of FER2013's seven go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from eight_emotions import export_eight, with_contempt

from fer_keras.data.face_data import FaceData
from fer_keras.data.labels import EMOTIONS
from fer_keras.evaluation.judging import judge
from fer_keras.export.contract import Contract, contract_page, read_contract
from fer_keras.export.exporting import export_model
from fer_keras.models import Classifier
from fer_keras.models.model_file import PACKAGE_WEIGHTS

SHIPPED = sorted(PACKAGE_WEIGHTS.glob("*.tflite"))


@pytest.fixture(scope="module")
def eight(drawn_faces: FaceData) -> FaceData:
    return with_contempt(drawn_faces)


@pytest.fixture(scope="module")
def exported(
    eight: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("eight")
    return folder, export_eight(eight, folder)


def test_the_file_says_eight_labels_in_five_languages(
    exported: tuple[Path, dict[str, Any]], eight: FaceData
) -> None:
    folder, report = exported
    assert report["labels"] == list(EMOTIONS)
    contract = read_contract(folder / "eight-int8.tflite")
    assert contract.labels == EMOTIONS
    assert contract.output.shape == (1, 8)
    assert [words[-1] for _, words in sorted(contract.languages.items())] == [
        *("verächtlich", "desprecio", "mépris", "轻蔑")
    ]
    assert "| 7 | contempt | verächtlich |" in contract_page(contract)
    answers = Classifier(folder / "eight-int8.tflite").probabilities(eight.split("test").images)
    expected = Classifier(folder / "eight.keras").probabilities(eight.split("test").images)
    assert np.abs(answers - expected).max() < 0.1


def test_seven_classes_judge_it_and_contempt_counts_as_wrong(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData
) -> None:
    said: list[str] = []
    model = exported[0] / "eight-int8.tflite"
    (judged,) = judge([model], drawn_faces, "test", report=said.append)
    assert judged.scores.labels == EMOTIONS
    assert judged.scores.accuracy.faces == len(drawn_faces.split("test"))
    assert any("no faces of contempt" in line for line in said), said


def test_eight_classes_judge_a_model_of_seven_without_contempt(
    trained_model: Path, eight: FaceData
) -> None:
    said: list[str] = []
    (judged,) = judge([trained_model], eight, "test", report=said.append)
    assert judged.scores.accuracy.faces == 70
    assert any(
        "left out: 30 faces of contempt (train 10, validation 10, test 10)" in line for line in said
    ), said


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_file_tells_its_contract(path: Path) -> None:
    contract = read_contract(path)
    model = Classifier(path)
    assert contract.labels == model.labels
    assert contract.labels == EMOTIONS[: len(contract.labels)]
    assert contract.output.shape == (1, len(model.labels))
    assert contract.input.shape == (1, 48, 48, model.channels)
    assert contract.input.dtype == ("uint8" if "int8" in path.name else "float32")
    assert sorted(contract.languages) == ["de", "es", "fr", "zh"]
    assert {len(words) for words in contract.languages.values()} == {len(contract.labels)}
    assert Contract.from_json(contract.to_json()) == contract


def test_seven_classes_measure_its_files(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, tmp_path: Path
) -> None:
    model = exported[0] / "eight.keras"
    report = export_model(model, drawn_faces, tmp_path, ["float32"])
    (file,) = report["files"]
    assert file["parity"]["faces"] == len(drawn_faces.split("validation"))
    assert file["parity"]["agreement"] == 1
    assert file["parity"]["worst_class"] in drawn_faces.labels
