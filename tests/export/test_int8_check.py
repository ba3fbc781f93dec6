from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fer_keras.architectures.layers import pixels, probabilities
from fer_keras.errors import InputError
from fer_keras.export.convert import convert
from fer_keras.export.forms import check_full_integer
from fer_keras.export.graph import read_graph

FACES = np.random.default_rng(0).integers(0, 256, (8, 48, 48, 1), dtype=np.uint8)


def small_model(layer: Callable[[Any], Any]) -> Any:
    import keras

    faces, x = pixels()
    x = layer(keras.layers.Conv2D(4, 3, strides=4)(x))
    return probabilities(faces, keras.layers.Flatten()(x), 3, "small")


def test_what_the_converter_leaves_in_float_is_found() -> None:
    """It does not raise, though full-integer was asked for."""
    import keras

    graph = read_graph(convert(small_model(keras.layers.ELU()), "int8", FACES, ranges="fitted"))
    assert graph.float_operators
    with pytest.raises(InputError, match=r"x\.tflite: ELU.* stayed float"):
        check_full_integer(graph, "x.tflite")


def test_an_integer_graph_passes() -> None:
    import keras

    content = convert(small_model(keras.layers.ReLU()), "int8", FACES, ranges="fitted")
    graph = read_graph(content)
    check_full_integer(graph, "x.tflite")
    assert graph.operators["CONV_2D"] == 1
    with pytest.raises(InputError, match="takes or gives uint8 where float32"):
        check_full_integer(graph, "x.tflite", io="float32")


def test_a_model_too_small_for_ranges_of_each_face_computes_in_integers() -> None:
    import keras

    content = convert(small_model(keras.layers.MaxPooling2D(4)), "int8", FACES)
    check_full_integer(read_graph(content), "x.tflite")


def test_float_files_and_dark_calibration_are_refused() -> None:
    import keras

    model = small_model(keras.layers.ReLU())
    with pytest.raises(InputError, match="stayed float"):
        check_full_integer(read_graph(convert(model, "float32", FACES)), "x.tflite")
    dark = read_graph(convert(model, "int8", FACES // 2, ranges="fitted"))
    with pytest.raises(InputError, match=r"its input is uint8 with scale 0\.49"):
        check_full_integer(dark, "x.tflite")
