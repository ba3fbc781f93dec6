"""Exports of a trained model: every format loads, agrees, and is what it says."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from fer_keras.export.calibration import Calibration
from fer_keras.export.convert import FORMATS, convert
from fer_keras.export.exporting import export_model
from fer_keras.export.graph import read_graph
from fer_keras.export.int8_check import check_full_integer

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.predictions import probabilities
from fer_keras.model_file import read_labels, save_model

# By how much a probability may differ from Keras' where arithmetic stays float.
BOUNDS = {"float32": 1e-4, "float16": 1e-2}


@pytest.fixture(scope="module")
def exported(
    trained_model: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("export")
    export_model(trained_model, drawn_faces, out, stem="tiny")
    return out


@pytest.fixture(scope="module")
def report(exported: Path) -> dict[str, Any]:
    return json.loads((exported / "export.json").read_text())


@pytest.mark.parametrize("form", FORMATS)
def test_agrees_with_keras(
    form: str, exported: Path, trained_model: Path, drawn_faces: FaceData
) -> None:
    images = drawn_faces.split("validation").images
    ours = probabilities(exported / f"tiny-{form}.tflite", images)
    theirs = probabilities(trained_model, images)
    # A net of seconds, without batch norm, has many faces on the edge between two classes.
    assert (theirs.argmax(1) == ours.argmax(1)).mean() > (0.99 if form in BOUNDS else 0.9)
    if form in BOUNDS:
        assert np.abs(ours - theirs).max() < BOUNDS[form]
    labels = drawn_faces.split("validation").labels
    accuracy, reference = ((answer.argmax(1) == labels).mean() for answer in (ours, theirs))
    assert accuracy > reference - 0.03
    # The comparison says something only of a model that tells faces apart.
    assert len(set(theirs.argmax(1))) == 7


def test_sizes_shrink(report: dict[str, Any]) -> None:
    sizes = {file["format"]: file["bytes"] for file in report["files"]}
    assert sizes["float32"] > 1.7 * sizes["float16"] > 1.7 * sizes["int8"]
    assert sizes["dynamic"] < 0.4 * sizes["float32"]


def test_int8_takes_raw_pixels_and_computes_in_integers(report: dict[str, Any]) -> None:
    (int8,) = (file for file in report["files"] if file["format"] == "int8")
    assert int8["float_operators"] == []
    (pixels,) = int8["inputs"]
    assert pixels == {"shape": [1, 48, 48, 1], "dtype": "uint8", "scale": 1.0, "zero_point": 0}
    (answer,) = int8["outputs"]
    assert (answer["dtype"], answer["scale"], answer["zero_point"]) == ("uint8", 1 / 256, 0)
    assert not any(
        name.startswith("Flex") for file in report["files"] for name in file["operators"]
    )


def test_labels_travel(exported: Path, drawn_faces: FaceData) -> None:
    for form in FORMATS:
        assert read_labels(exported / f"tiny-{form}.tflite") == drawn_faces.labels


def test_the_report_tells_the_calibration(report: dict[str, Any]) -> None:
    assert report["calibration"]["samples"] == 200
    assert len(report["calibration"]["fingerprint"]) == 64


def test_a_float_layer_is_found_out() -> None:
    faces = keras.layers.Input((48, 48, 1))
    x = keras.layers.Conv2D(4, 3, strides=4)(faces)
    x = keras.layers.LayerNormalization()(x)
    x = keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(x))
    random = np.random.default_rng(0).integers(0, 256, (10, 48, 48, 1)).astype("uint8")
    random[0, 0, :2] = [[0], [255]]
    graph = read_graph(convert(keras.Model(faces, x), "int8", random))
    assert graph.float_operators
    with pytest.raises(InputError, match="stayed float"):
        check_full_integer(graph, "model.tflite")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"formats": ["int4"]}, "--formats int4: take some of float32"),
        ({"calibration": Calibration(samples=0)}, "--samples 0"),
    ],
)
def test_bad_options_write_nothing(
    changes: dict[str, Any],
    message: str,
    trained_model: Path,
    drawn_faces: FaceData,
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match=message):
        export_model(trained_model, drawn_faces, tmp_path / "out", **changes)
    assert not (tmp_path / "out").exists()


def test_other_labels_are_refused(drawn_faces: FaceData, tmp_path: Path) -> None:
    faces = keras.layers.Input((48, 48, 1))
    x = keras.layers.Dense(2, activation="softmax")(keras.layers.Flatten()(faces))
    save_model(keras.Model(faces, x), ("yes", "no"), tmp_path / "model.keras")
    with pytest.raises(InputError, match="its labels are yes, no"):
        export_model(tmp_path / "model.keras", drawn_faces, tmp_path / "out")
