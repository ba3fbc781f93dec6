"""int8 whose activations have a range of their own in every face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.export.calibration import Calibration, representative_faces
from fer_keras.export.convert import convert
from fer_keras.export.each_face import with_bytes
from fer_keras.export.forms import check_int8_weights
from fer_keras.export.graph import read_graph
from fer_keras.export.metadata import Metadata
from fer_keras.export.packing import packed
from fer_keras.models import Classifier
from fer_keras.models.keras_file import load_model


def test_it_is_nearer_to_the_model_than_ranges_fixed_beforehand(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    model, labels = load_model(trained_model)
    faces = representative_faces(drawn_faces.split("train"), Calibration(60))
    judged = drawn_faces.split("validation").images
    expected = Classifier(trained_model).probabilities(judged)

    def distance(**options: str) -> float:
        path = tmp_path / "x.tflite"
        path.write_bytes(
            packed(convert(model, "int8", faces, **options), Metadata(), labels, channels=1)
        )
        return float(np.abs(Classifier(path).probabilities(judged) - expected).mean())

    assert distance() < 0.6 * distance(ranges="fitted")


@pytest.mark.parametrize("input", ["grey", "rgb"])
def test_weights_are_int8_and_the_ends_bytes(
    trained_model: Path, drawn_faces: FaceData, input: str
) -> None:
    model, _ = load_model(trained_model)
    faces = drawn_faces.split("train").images[:10]
    content = convert(model, "int8", faces, input=input)
    graph = read_graph(content)
    check_int8_weights(graph, "x.tflite")
    assert "CONV_2D" in graph.int8_weights
    assert graph.operators["DEQUANTIZE"] == graph.operators["QUANTIZE"] == 1
    assert len(content) < len(convert(model, "float32", faces, input=input)) / 3
    floats = read_graph(convert(model, "int8", faces, input=input, io="float32"))
    check_int8_weights(floats, "x.tflite", io="float32")
    with pytest.raises(InputError, match="its input is float32"):
        check_int8_weights(floats, "x.tflite")
    with pytest.raises(InputError, match="no layer has int8 weights"):
        check_int8_weights(read_graph(convert(model, "float16", faces)), "x.tflite")


def test_bytes_say_what_floats_say(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    model, labels = load_model(trained_model)
    content = convert(model, "float32", drawn_faces.split("train").images[:1])
    judged = drawn_faces.split("validation").images[:50]
    answers = []
    for name, made in (("floats", content), ("bytes", with_bytes(content))):
        path = tmp_path / f"{name}.tflite"
        path.write_bytes(packed(made, Metadata(), labels, channels=1))
        answers.append(Classifier(path).probabilities(judged))
    floats, in_steps = answers
    assert np.array_equal(in_steps * 256, np.round(in_steps * 256))
    # 256 of 256 has no byte.
    np.testing.assert_allclose(in_steps, np.minimum(floats, 255 / 256), atol=0.5 / 256 + 1e-5)
