"""int8 of ONNX: sums in float, weights as TFLite's, a range for each channel of a branch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from fer_keras.architectures.mobile import mobile_s
from fer_keras.data.drawn import synthetic_data
from fer_keras.export.calibration import Calibration, representative_faces
from fer_keras.export.convert import round_model, served_model
from fer_keras.export.metadata import Metadata
from fer_keras.export.onnx_form import convert_onnx
from fer_keras.export.weight_rounding import RoundedLayer, rounded_layers
from fer_keras.models import Classifier

onnx = pytest.importorskip("onnx")
pytest.importorskip("tf2onnx")
pytest.importorskip("onnxruntime")

DATA = synthetic_data(70, 7, 7)
FACES = representative_faces(DATA.split("train"), Calibration(20))


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """Two residual blocks, one with a shortcut of its own; its logits spread over some units."""
    keras.utils.set_random_seed(0)
    model = mobile_s(stem=24, blocks=((24, 1), (48, 2)), dropout=0)
    random = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            for weight in (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance):
                weight.assign(random.uniform(0.4, 1.2, weight.shape))
    return model


@pytest.fixture(scope="module")
def layers(model: keras.Model) -> list[RoundedLayer]:
    return rounded_layers(*round_model(model, FACES))


@pytest.fixture(scope="module")
def file(
    model: keras.Model, layers: list[RoundedLayer], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("int8") / "int8.onnx"
    served = served_model(model, "grey", dynamic_batch=True)
    content = convert_onnx(served, "onnx-int8", FACES, DATA.labels, Metadata(name="two"), layers)
    path.write_bytes(content)
    return path


def constants_of(graph: Any) -> dict[str, NDArray[Any]]:
    return {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}


def test_sums_take_floats_and_branches_are_rounded_by_channel(file: Path) -> None:
    graph = onnx.load(file).graph
    makers = {name: node for node in graph.node for name in node.output}
    constants = constants_of(graph)
    first, second = (node for node in graph.node if node.op_type == "Add")
    branch, shortcut = "DequantizeLinear", "Relu"
    assert sorted(makers[name].op_type for name in first.input) == [branch, shortcut]
    assert [makers[name].op_type for name in second.input] == [branch, branch]
    for name in (*first.input, *second.input):
        if makers[name].op_type == branch:
            scales, zeros = (constants[one] for one in makers[name].input[1:])
            assert scales.shape == zeros.shape
            assert len(set(scales.tolist())) > 20, "a range for each channel"
            quantize = makers[makers[name].input[0]]
            assert constants[quantize.input[1]] == 1
    read = {name for node in graph.node for name in node.input}
    assert constants.keys() == read & constants.keys(), "no constant is left that nobody reads"


def test_all_rounded_weights_are_those_of_tflite(file: Path, layers: list[RoundedLayer]) -> None:
    ours = {layer.steps.transpose(0, 3, 1, 2).tobytes() for layer in layers if layer.steps.ndim > 2}
    theirs = {
        value.tobytes()
        for value in constants_of(onnx.load(file).graph).values()
        if value.dtype == np.int8 and value.ndim == 4
    }
    assert ours == theirs
    assert len(ours) == 5


def test_it_answers_as_keras_does(file: Path, model: keras.Model) -> None:
    faces = DATA.split("train").images
    exact = model.predict(faces.astype(np.float32), verbose=0)
    found = Classifier(file).probabilities(faces, DATA.labels)
    assert np.ptp(exact, axis=0).max() > 0.2, "there is something to tell apart"
    assert np.abs(found - exact).max() < 0.03
