from __future__ import annotations

import numpy as np
import pytest

from fer_keras.architectures.registry import build
from fer_keras.export.convert import convert
from fer_keras.export.flatbuffer import unpack
from fer_keras.export.tensor_names import short_name, with_short_names


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("m_1/m_1/logits_1/MatMul", "logits"),
        ("m_1/m_1/re_lu_3_1/Relu;m_1/m_1/bn_7_1/sub;m_1/m_1/conv2d_4_1/convolution", "conv2d_4"),
        ("m_1/m_1/re_lu_3_1/Relu;m_1/m_1/add_5_1/Add", "re_lu_3"),
        ("m_1/m_1/average_1/Mean/reduction_indices", "average"),
        ("m_1/grey_1/convolution2", "grey"),
        ("tfl.quantize", "tfl.quantize"),
        ("", ""),
    ],
)
def test_one_layer_is_named(name: str, short: str) -> None:
    assert short_name(name) == short


def test_inputs_and_outputs_keep_their_names() -> None:
    model = build("mobile-s", options={"stem": 8, "blocks": [[8, 1], [16, 2]]})
    before = convert(model, "float32", np.zeros((1, 48, 48, 1), np.uint8))
    after = with_short_names(before)
    (old,), (new,) = unpack(before).subgraphs, unpack(after).subgraphs
    layers = {layer.name for layer in model.layers}
    ends = {*old.inputs, *old.outputs}
    for index, (was, now) in enumerate(zip(old.tensors, new.tensors, strict=True)):
        if index in ends:
            assert now.name == was.name
        elif b"/" in was.name:
            assert now.name.decode() in layers
    assert len(after) < len(before)
