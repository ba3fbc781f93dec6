"""Names of exported tensors, of every architecture and format."""

from __future__ import annotations

import re

import numpy as np
import pytest

from fer_keras.architectures.registry import ARCHITECTURES, build
from fer_keras.export.convert import convert
from fer_keras.export.flatbuffer import unpack
from fer_keras.export.tensor_names import layer_name, with_layer_names

FACES = np.random.default_rng(0).integers(0, 256, (2, 48, 48, 1), np.uint8)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("m_1/m_1/logits_1/MatMul", "logits"),
        ("m_1/m_1/re_lu_3_1/Relu;m_1/m_1/bn_7_1/sub;m_1/m_1/conv2d_4_1/convolution", "conv2d_4"),
        ("m_1/m_1/block1_relu2_1/Relu;m_1/m_1/block1_add_1/Add", "block1_add"),
        ("m_1/m_1/average_1/Mean/reduction_indices", "average"),
        ("m_1/grey_1/convolution2", "grey"),
        ("tfl.quantize", "tfl.quantize"),
        ("", ""),
    ],
)
def test_one_layer_is_named(name: str, layer: str) -> None:
    assert layer_name(name) == layer


def names_of(content: bytes) -> list[str]:
    (graph,) = unpack(content).subgraphs
    return [tensor.name.decode() for tensor in graph.tensors]


SMALL = {
    "batchnorm": {"blocks": 2, "filters": 4, "dense": 8},
    "final": {"filters": 4, "dense": 8},
    "final-slim": {"filters": [4] * 7, "dense": 8},
    "pooled": {"filters": 4, "dense": 8},
    "stacked": {"filters": 4},
    "mobile-s": {"stem": 8, "blocks": [[8, 1], [16, 2]]},
    "mobile-m": {"stem": 8, "blocks": [[16, 2], [16, 1]]},
}


QUICK = (("mobile-s", "int8"), ("batchnorm", "float16"), ("final-slim", "int8"))
ALL = [(name, form) for name in ARCHITECTURES for form in ("float16", "int8")]


@pytest.mark.parametrize(
    ("name", "form"),
    [pytest.param(*case, marks=() if case in QUICK else pytest.mark.slow) for case in ALL],
)
def test_no_two_tensors_share_a_name(name: str, form: str) -> None:
    model = build(name, options=SMALL.get(name))
    random = np.random.default_rng(0)
    for weight in model.weights:  # the converter leaves out zeros, and writes equal constants once
        weight.assign(random.uniform(0.1, 1, weight.shape))
    content = convert(model, form, FACES, ranges="minmax", bias_correction=False)
    before, names = names_of(content), names_of(with_layer_names(content))
    assert len(set(names)) == len(names) == len(before)
    layers = {layer.name for layer in model.layers}
    assert {re.split("/", tensor)[0] for tensor in names} <= layers
    # Whatever has weights has a kernel and, batch norm folded into it, a bias of its name.
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            assert {f"{layer.name}/kernel", f"{layer.name}/bias"} <= set(names)


def test_the_graph_stays_and_its_ends_are_named() -> None:
    model = build("mobile-s", options=SMALL["mobile-s"])
    before = convert(model, "int8", FACES, ranges="minmax", bias_correction=False)
    after = with_layer_names(before)
    assert len(after) < len(before)
    old, new = unpack(before), unpack(after)
    (graph,) = new.subgraphs
    assert [graph.tensors[index].name for index in graph.inputs] == [b"faces"]
    assert [graph.tensors[index].name for index in graph.outputs] == [b"probabilities"]
    (signature,) = new.signatureDefs
    assert [end.name for end in signature.inputs] == [b"faces"]
    assert [end.name for end in signature.outputs] == [b"probabilities"]
    for was, now in zip(old.subgraphs[0].tensors, graph.tensors, strict=True):
        assert np.array_equal(old.buffers[was.buffer].data, new.buffers[now.buffer].data)
