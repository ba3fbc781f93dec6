"""ONNX files, run by ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.export import convert, target
from fer_keras.export.calibration import Calibration
from fer_keras.export.exporting import export_model, export_table
from fer_keras.export.onnx_int8 import DENSE
from fer_keras.export.weight_rounding import round_weights
from fer_keras.models import Classifier

pytest.importorskip("tf2onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def exported(
    trained_model: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("onnx")
    report = export_model(
        trained_model,
        drawn_faces,
        out,
        ["onnx", "onnx-int8"],
        Calibration(60),
        inputs=["grey", "rgb"],
    )
    assert [file["format"] for file in report["files"]] == ["onnx", "onnx-int8"] * 2
    assert {"onnx", "onnxruntime"} < set(report["versions"])
    table = export_table(report)
    assert table.rows[0][0] == "tiny-float32.onnx"
    assert table.title.endswith("files on ONNX Runtime")
    return out


@pytest.mark.parametrize("pixels", ["", "-rgb"])
def test_float32_is_kerass_own(
    exported: Path, trained_model: Path, drawn_faces: FaceData, pixels: str
) -> None:
    images = drawn_faces.split("validation").images[:40]
    file = Classifier(exported / f"tiny-float32{pixels}.onnx")
    assert file.labels == drawn_faces.labels
    assert file.channels == (3 if pixels else 1)
    expected = Classifier(trained_model).probabilities(images)
    assert np.abs(file.probabilities(images) - expected).max() < 1e-4


def test_int8_names_as_keras_does(
    exported: Path, trained_model: Path, drawn_faces: FaceData
) -> None:
    import onnx

    images = drawn_faces.split("validation").images
    path = exported / "tiny-int8.onnx"
    graph = onnx.load(path).graph
    kinds = {node.op_type for node in graph.node}
    assert {"QuantizeLinear", "DequantizeLinear", "Conv"} <= kinds
    (softmax,) = (node for node in graph.node if node.op_type == "Softmax")
    (before,) = (node for node in graph.node if softmax.input[0] in node.output)
    assert before.op_type in DENSE, "the last layer is not rounded"
    assert path.stat().st_size < (exported / "tiny-float32.onnx").stat().st_size / 2.5
    found = Classifier(path).probabilities(images)
    expected = Classifier(trained_model).probabilities(images)
    assert (found.argmax(1) == expected.argmax(1)).mean() > 0.88


def test_the_file_says_what_it_takes_and_gives(exported: Path) -> None:
    import onnx

    model = onnx.load(exported / "tiny-float32.onnx")
    assert [value.name for value in model.graph.input] == ["faces"]
    assert [value.name for value in model.graph.output] == ["probabilities"]
    said = {entry.key: entry.value for entry in model.metadata_props}
    assert said["licence"] == "Apache-2.0"


def test_what_is_no_classifier_is_refused(exported: Path, tmp_path: Path) -> None:
    import onnx

    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    with pytest.raises(InputError, match="not a readable ONNX model"):
        Classifier(broken)
    model = onnx.load(exported / "tiny-float32.onnx")
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "nameless.onnx")
    with pytest.raises(InputError, match="its metadata has no labels"):
        Classifier(tmp_path / "nameless.onnx")
    model.metadata_props.add(key="labels", value="happy\nsad")
    onnx.save(model, tmp_path / "two.onnx")
    with pytest.raises(InputError, match=r"no classifier of faces; .* give 2 probabilities"):
        Classifier(tmp_path / "two.onnx")


def test_without_the_extra_a_line_says_how_to_get_it(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r'formats coreml: .*pip install "fer-keras\[coreml\]"'):
        export_model(trained_model, drawn_faces, tmp_path, ["coreml"])
    assert not list(tmp_path.iterdir())


def test_both_int8_formats_round_the_weights_once(
    exported: Path,
    trained_model: Path,
    drawn_faces: FaceData,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounded: list[bytes] = []

    def counted(*arguments: Any) -> bytes:
        rounded.append(round_weights(*arguments))
        return rounded[-1]

    monkeypatch.setattr(convert, "round_weights", counted)
    export_model(trained_model, drawn_faces, tmp_path, ["int8", "onnx-int8"], Calibration(60))
    assert len(rounded) == 1
    images = drawn_faces.split("validation").images[:40]
    together, alone = (
        Classifier(folder / "tiny-int8.onnx").probabilities(images)
        for folder in (tmp_path, exported)
    )
    np.testing.assert_array_equal(together, alone)
