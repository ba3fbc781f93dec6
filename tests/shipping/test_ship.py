from __future__ import annotations

import hashlib
import json
import shutil
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fer_keras
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models import Classifier, find_model, model_file
from fer_keras.models.keras_file import load_model
from fer_keras.runs.run_folder import RunFolder
from fer_keras.shipping.card import card
from fer_keras.shipping.class_scaling import ClassScaling, read_logits
from fer_keras.shipping.ship import ship


@pytest.fixture(scope="module")
def weights(
    trained_run: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    ship(RunFolder(trained_run), "tiny-1", drawn_faces, folder)
    return folder


@pytest.fixture
def installed(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the weights where the package looks for them."""
    folder = tmp_path / "weights"
    shutil.copytree(weights, folder)
    monkeypatch.setattr(model_file, "PACKAGE_WEIGHTS", folder)
    return folder


def figures(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "tiny-1.json").read_text())  # type: ignore[no-any-return]


def test_all_files_are_there_and_nothing_else(weights: Path) -> None:
    assert sorted(file.name for file in weights.iterdir()) == [
        "hashes.json",
        "tiny-1-float16.tflite",
        "tiny-1-int8-rgb.tflite",
        "tiny-1-int8.tflite",
        "tiny-1.json",
        "tiny-1.keras",
        "tiny-1.md",
    ]


def test_hashes_and_sizes_are_the_files(weights: Path) -> None:
    hashes = json.loads((weights / "hashes.json").read_text())
    for name, entry in figures(weights)["files"].items():
        content = (weights / name).read_bytes()
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashes[name] == hashlib.sha256(content).hexdigest()
    assert len(hashes) == 4


def test_the_card_says_what_the_files_do(weights: Path, drawn_faces: FaceData) -> None:
    values = figures(weights)
    text = (weights / "tiny-1.md").read_text()
    assert text == card(values)
    split = drawn_faces.split("validation")
    for name in ("tiny-1.keras", "tiny-1-int8.tflite"):
        named = Classifier(weights / name).probabilities(split.images).argmax(1)
        accuracy = float((named == split.labels).mean())
        assert values["files"][name]["accuracy"]["value"] == pytest.approx(accuracy)
        assert f"{100 * accuracy:.2f} %" in text


def test_the_calibration_is_in_the_file(
    weights: Path, trained_run: Path, drawn_faces: FaceData
) -> None:
    split = drawn_faces.split("validation")
    values = figures(weights)["calibration"]
    model, labels = load_model(trained_run / "best.keras")
    scaling = ClassScaling(
        np.array([values["temperatures"][label] for label in labels]),
        np.array([values["offsets"][label] for label in labels]),
    )
    expected = scaling.probabilities(read_logits(model, split.images))
    found = Classifier(weights / "tiny-1.keras").probabilities(split.images)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    before = Classifier(trained_run / "best.keras").probabilities(split.images)
    truth = (np.arange(len(split)), split.labels)
    assert np.log(found[truth]).mean() > np.log(before[truth]).mean()


def test_load_needs_no_network(
    installed: Path, drawn_faces: FaceData, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    model, labels = fer_keras.load("tiny-1")
    assert labels == drawn_faces.labels
    faces = drawn_faces.split("validation").images[:3]
    expected = Classifier(installed / "tiny-1.keras").probabilities(faces)
    np.testing.assert_allclose(model.predict(faces.astype("float32"), verbose=0), expected)


def test_a_shipped_file_is_found_by_its_name(installed: Path) -> None:
    assert Classifier("tiny-1").labels == Classifier("tiny-1-int8-rgb").labels


@pytest.mark.parametrize("name", ["tiny-1.keras", "tiny-1-int8.tflite"])
def test_a_damaged_file_is_refused(installed: Path, name: str) -> None:
    content = bytearray((installed / name).read_bytes())
    content[len(content) // 2] ^= 1
    (installed / name).write_bytes(content)
    with pytest.raises(InputError, match="not the file that was shipped"):
        fer_keras.load("tiny-1") if name.endswith(".keras") else find_model("tiny-1")


def test_a_missing_model_is_answered_with_those_there_are(installed: Path) -> None:
    with pytest.raises(InputError, match="shipped: tiny-1"):
        fer_keras.load("mobile-xl")


def test_what_fails_leaves_nothing(
    trained_run: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="lower-case"):
        ship(RunFolder(trained_run), "../evil", drawn_faces, tmp_path)
    broken = tmp_path / "peer.tflite"
    broken.write_bytes(b"no model")
    out = tmp_path / "out"
    with pytest.raises(InputError):
        ship(RunFolder(trained_run), "tiny-1", drawn_faces, out, peer=broken)
    assert not list(out.iterdir())
