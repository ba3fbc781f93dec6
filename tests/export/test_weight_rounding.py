from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.export.calibration import Calibration, representative_faces
from fer_keras.export.convert import convert
from fer_keras.export.flatbuffer import unpack
from fer_keras.export.weight_rounding import (
    PATCHES,
    RoundedLayer,
    _covariances,
    _patches,
    round_together,
    round_weights,
    twins,
    weights,
)
from fer_keras.models.keras_file import load_model


@hypothesis.given(st.integers(0, 10_000), st.integers(2, 40))
@hypothesis.settings(max_examples=20)
def test_what_goes_together_is_rounded_together(seed: int, inputs: int) -> None:
    random = np.random.default_rng(seed)
    causes = random.normal(size=(3, inputs))
    covariance = causes.T @ causes + 0.01 * np.eye(inputs)
    rows = random.normal(0, 30, (5, inputs))
    found = round_together(rows, covariance)
    assert np.array_equal(found, np.round(found))
    assert np.abs(found).max() <= 127
    nearest = np.clip(np.round(rows), -127, 127)
    if inputs >= 20:
        assert error(found - rows, covariance) < 0.5 * error(nearest - rows, covariance)


def error(change: np.ndarray, covariance: np.ndarray) -> float:
    """The variance that a change of weights brings into the outputs, of all of them together."""
    return float(np.einsum("oi,ij,oj->", change, covariance, change))


def test_inputs_that_tell_nothing_of_each_other_are_rounded_each_by_itself() -> None:
    rows = np.random.default_rng(0).normal(0, 40, (4, 30))
    np.testing.assert_array_equal(round_together(rows, 2 * np.eye(30)), np.round(rows))
    np.testing.assert_array_equal(round_together(rows, np.zeros((30, 30))), np.round(rows))


def test_what_varies_most_is_rounded_first_and_the_others_make_up_for_it() -> None:
    covariance = np.array([[100.0, 5.0], [5.0, 1.0]])
    assert round_together(np.array([[0.4, 0.4]]), covariance).tolist() == [[0, 2]]
    assert round_together(np.array([[0.4, 0.4]]), covariance[::-1, ::-1]).tolist() == [[2, 0]]
    assert np.abs(round_together(np.full((1, 9), 200.0), np.ones((9, 9)))).max() == 127


def test_no_more_is_read_from_few_faces_than_they_tell() -> None:
    random = np.random.default_rng(0)
    causes = random.normal(size=(4, 40))
    true = causes.T @ causes + 0.05 * np.eye(40)
    noise = np.sqrt(0.05) * random.normal(size=(12, 40))
    seen = np.cov((random.normal(size=(12, 4)) @ causes + noise).T)  # 12 faces for 40 inputs
    rows = random.normal(0, 30, (20, 40))
    found = round_together(rows, seen)
    assert error(found - rows, true) < 0.08 * error(np.round(rows) - rows, true)
    assert np.abs(found - rows).max() < 2
    np.testing.assert_array_equal(round_together(rows, 1e-6 * seen), found)  # units don't count


def test_a_layer_is_known_by_its_weights() -> None:
    random = np.random.default_rng(0)
    kernel = random.normal(size=(5, 4, 3, 3)).astype(np.float32)  # as ONNX has it
    exact = kernel.transpose(0, 2, 3, 1).astype(np.float64)

    def layer(exact: np.ndarray) -> RoundedLayer:
        return RoundedLayer(exact, exact.astype(np.int8), np.ones(5), np.zeros(5))

    assert layer(exact).is_of(kernel)
    assert layer(exact * 1.0001).is_of(kernel), "batch norms are folded in by others, too"
    assert not layer(exact * 1.01).is_of(kernel)
    assert not layer(exact[::-1]).is_of(kernel)
    assert not layer(exact).is_of(kernel[:, :, :1])
    assert not layer(exact.reshape(5, -1)).is_of(kernel), "a dense layer"


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation"), [(3, 1, 1), (3, 2, 1), (1, 2, 1), (3, 1, 2)]
)
def test_patches_are_what_a_convolution_multiplies(
    padding: str, kernel: int, stride: int, dilation: int
) -> None:
    import tensorflow as tf

    random = np.random.default_rng(1)
    maps = random.normal(size=(1, 8, 7, 4)).astype(np.float32)
    kernels = random.normal(size=(5, kernel, kernel, 4)).astype(np.float32)
    options = SimpleNamespace(
        strideH=stride,
        strideW=stride,
        dilationHFactor=dilation,
        dilationWFactor=dilation,
        padding=("SAME", "VALID").index(padding),
    )
    expected = tf.nn.conv2d(
        maps, kernels.transpose(1, 2, 3, 0), stride, padding, dilations=dilation
    ).numpy()
    expected = expected.reshape(-1, 5)
    places = np.random.default_rng(0).permutation(len(expected))[:PATCHES]
    seen = _patches(maps, options, kernels.shape, np.random.default_rng(0))
    np.testing.assert_allclose(seen @ kernels.reshape(5, -1).T, expected[places], atol=1e-4)


def test_layers_give_more_nearly_what_they_gave(trained_model: Path, drawn_faces: FaceData) -> None:
    model, _ = load_model(trained_model)
    faces = representative_faces(drawn_faces.split("train"), Calibration(60))
    exact, nearest = convert(model, "float32", faces), convert(model, "dynamic", faces)
    before, after = unpack(nearest), unpack(round_weights(nearest, exact, faces))
    float_model = unpack(exact)
    ratios = []
    for (one, twin), (other, _) in zip(
        twins(before, float_model), twins(after, float_model), strict=True
    ):
        true = weights(float_model, twin)
        if np.array_equal(weights(before, one), true):  # TFLite leaves small layers in float
            np.testing.assert_array_equal(weights(after, other), true)
            continue
        (covariance,) = _covariances(exact, float_model, [twin], faces)
        changes = [
            (weights(file, operator) - true).reshape(len(true), -1)
            for file, operator in ((before, one), (after, other))
        ]
        ratios.append(error(changes[1], covariance) / error(changes[0], covariance))
    assert len(ratios) >= 2
    assert max(ratios) < 0.7


def test_a_layer_of_too_many_inputs_keeps_its_nearest_steps(
    trained_model: Path, drawn_faces: FaceData, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = load_model(trained_model)
    faces = representative_faces(drawn_faces.split("train"), Calibration(5))
    exact, nearest = convert(model, "float32", faces), convert(model, "dynamic", faces)
    monkeypatch.setattr("fer_keras.export.weight_rounding.TOGETHER", 50)
    before, after = unpack(nearest), unpack(round_weights(nearest, exact, faces))
    wide = 0
    for (one, _), (other, _) in zip(
        twins(before, unpack(exact)), twins(after, unpack(exact)), strict=True
    ):
        if weights(before, one)[0].size > 50:
            np.testing.assert_array_equal(weights(after, other), weights(before, one))
            wide += 1
    assert wide
