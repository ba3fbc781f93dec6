"""Every architecture builds, says what it promises, and refuses what it can't be."""

import os
import re
import subprocess
import sys

import keras
import numpy as np
import pytest

from fer_keras.architectures.registry import ARCHITECTURES, build
from fer_keras.architectures.table import multiply_accumulates
from fer_keras.errors import InputError


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_grey_pixels_in_probabilities_out(name: str) -> None:
    model = build(name, classes=5)
    faces = np.random.default_rng(0).integers(0, 256, (2, 48, 48, 1)).astype("float32")
    probabilities = np.asarray(model(faces))
    assert probabilities.shape == (2, 5)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert model.layers[-1].name == "probabilities"
    assert model.layers[-2].name == "logits"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_layer_has_a_name_of_its_own(name: str) -> None:
    first, second = ([layer.name for layer in build(name).layers] for _ in range(2))
    assert first == second  # what Keras counts goes on counting
    assert len(set(first)) == len(first)
    known = "faces|unit_range|flatten|average|dropout|pool|logits|probabilities"
    places = r"(stem|block\d+(_shortcut)?|dense\d+)_(pad|conv|bn|relu|add|pool|drop|fc)\d*"
    assert [layer for layer in first if not re.fullmatch(f"{known}|{places}", layer)] == []


@pytest.mark.parametrize("name", ["batchnorm", "final-slim", "mobile-s"])
def test_a_users_own_order_of_axes_changes_nothing(name: str) -> None:
    usual = build(name)
    keras.config.set_image_data_format("channels_first")  # as torch's users have it in keras.json
    try:
        network = build(name)
        assert keras.config.image_data_format() == "channels_first"
    finally:
        keras.config.set_image_data_format("channels_last")
    assert [layer.output.shape for layer in network.layers] == [
        layer.output.shape for layer in usual.layers
    ]


def test_slim_has_a_twentieth_of_the_final_models_parameters_or_less() -> None:
    assert build("final-slim").count_params() < build("final").count_params() / 20


def test_final_is_the_papers() -> None:
    layers = build("final").layers
    kinds = [type(layer).__name__ for layer in layers]
    assert kinds.count("Conv2D") == 7
    assert kinds.count("MaxPooling2D") == 3
    convolutions = [layer for layer in layers if type(layer).__name__ == "Conv2D"]
    assert {layer.kernel_size for layer in convolutions} == {(4, 4)}
    assert len({layer.filters for layer in convolutions}) == 1
    padding = [layer.padding[0][0] for layer in layers if type(layer).__name__ == "ZeroPadding2D"]
    assert padding == [3, 1, 3, 1, 3, 1, 3]
    dense = [layer.units for layer in layers if type(layer).__name__ == "Dense"]
    assert dense == [1024, 1024, 7]
    assert {layer.rate for layer in layers if type(layer).__name__ == "Dropout"} == {0.2}


def test_slim_filters_grow_from_layer_to_layer() -> None:
    filters = [layer.filters for layer in build("final-slim").layers if hasattr(layer, "filters")]
    assert len(filters) == 7
    assert filters == sorted(set(filters))


def test_baseline_stacks() -> None:
    one, three = build("baseline"), build("baseline", options={"blocks": 3})
    assert len(three.layers) == len(one.layers) + 2


def test_leak_is_leaky() -> None:
    slopes = {
        layer.negative_slope
        for layer in build("pooled", options={"leak": 0.1}).layers
        if hasattr(layer, "negative_slope")
    }
    assert [round(float(slope), 6) for slope in slopes] == [0.1]


def test_multiply_accumulates_by_hand() -> None:
    # 48x48 positions x 3x3 window x 1 channel x 32 filters, and the classifier's matrix.
    assert multiply_accumulates(build("baseline")) == 48 * 48 * 9 * 32 + 48 * 48 * 32 * 7


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("finale", {}, "unknown; take one of baseline"),
        ("final", {"filter": 3}, "final has no option filter; it has blocks, filters"),
        ("batchnorm", {"blocks": 9}, "can't be built"),
        ("final", {"kernel": 0}, "can't be built"),
    ],
)
def test_what_can_not_be_built_is_said_in_a_line(name: str, options: dict, message: str) -> None:
    with pytest.raises(InputError) as error:
        build(name, options=options)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["final-slim", "mobile-s"])
def test_builds_under_jax(name: str) -> None:
    pytest.importorskip("jax", reason="JAX is not installed")
    code = (
        f"from fer_keras.architectures.registry import build; print(build('{name}').count_params())"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == build(name).count_params()


def test_with_zero_last_gamma_a_block_begins_as_its_shortcut() -> None:
    model = build("mobile-s", options={"zero_last_gamma": True})
    block = model.get_layer("block2_add")
    inner = keras.Model(model.inputs, block.input)
    faces = np.random.default_rng(0).integers(0, 256, (2, 48, 48, 1)).astype(np.float32)
    branch, _ = inner.predict(faces, verbose=0)
    assert not branch.any()
