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
def half_precision() -> Iterator[None]:
    """What a notebook may have set for its trainings."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.usefixtures("half_precision")
def test_colours_become_grey_in_float32_whatever_a_notebook_computes_in() -> None:
    no_faces = np.zeros((0, 48, 48, 1), np.uint8)
    content = convert(fk.load("mobile-s").model, "float32", no_faces, input="rgb")
    assert [tensor.dtype for tensor in read_graph(content).inputs] == ["float32"]
