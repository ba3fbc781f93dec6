"""TFLite from a Keras model, in whatever process that happens."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import pytest

import fer_keras as fk
from fer_keras.export.convert import convert
from fer_keras.export.graph import read_graph


@pytest.fixture
def own_settings() -> Iterator[None]:
    """What a notebook may have set for its own networks."""
    before = keras.config.dtype_policy(), keras.config.image_data_format()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy(before[0])
    keras.config.set_image_data_format(before[1])


@pytest.mark.usefixtures("own_settings")
def test_colours_become_grey_in_float32_whatever_a_notebook_has_set() -> None:
    no_faces = np.zeros((0, 48, 48, 1), np.uint8)
    content = convert(fk.load("mobile-s").model, "float32", no_faces, input="rgb")
    assert [tensor.dtype for tensor in read_graph(content).inputs] == ["float32"]
