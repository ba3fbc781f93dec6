"""Each rule refuses the damage that it is for: damage that ended the process or hung it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras.errors import InputError
from fer_keras.export.flatbuffer import pack, unpack
from fer_keras.models.graph_check import check_graph, check_header

PATH = Path("x.tflite")


def convolution(graph: Any) -> Any:
    return next(op for op in graph.operators if hasattr(op.builtinOptions, "dilationHFactor"))


def activation(graph: Any) -> Any:
    return graph.tensors[int(convolution(graph).outputs[0])]


def no_input(graph: Any) -> None:
    convolution(graph).inputs = np.array([-1, 1, 2], np.int32)


def no_weights(graph: Any) -> None:
    convolution(graph).inputs = np.array([0, 1000, 2], np.int32)


def overwrites(graph: Any) -> None:
    convolution(graph).outputs = graph.inputs


def reshapes(graph: Any) -> None:
    first = graph.operators[0]  # QUANTIZE
    graph.tensors[int(first.outputs[0])].shape = np.array([1, 48, 96, 1], np.int32)


def no_operands(graph: Any) -> None:
    convolution(graph).inputs = None


def two_outputs(graph: Any) -> None:
    convolution(graph).outputs = np.append(convolution(graph).outputs, 0).astype(np.int32)


def terabytes(graph: Any) -> None:
    activation(graph).shape = np.array([1, 2**20, 2**10, 8], np.int32)


def negative(graph: Any) -> None:
    activation(graph).shape = np.array([1, -48, 48, 8], np.int32)


def shapeless(graph: Any) -> None:
    activation(graph).shape = None


def short_weights(graph: Any) -> None:
    weights = graph.tensors[int(convolution(graph).inputs[1])]
    weights.shape = weights.shape + 1


def strange_type(graph: Any) -> None:
    activation(graph).type = 5  # a string


def zero_scale(graph: Any) -> None:
    activation(graph).quantization.scale = np.array([-0.0], np.float32)


def tiny_scale(graph: Any) -> None:
    activation(graph).quantization.scale = np.array([1e-45], np.float32)


def many_scales(graph: Any) -> None:
    activation(graph).quantization.scale = np.array([1, 1, 1], np.float32)


def far_zero_point(graph: Any) -> None:
    activation(graph).quantization.zeroPoint = np.array([128], np.int64)  # of int8


def no_scale(graph: Any) -> None:
    activation(graph).quantization = None


def no_stride(graph: Any) -> None:
    convolution(graph).builtinOptions.strideW = 0


def strange_padding(graph: Any) -> None:
    convolution(graph).builtinOptions.padding = -46


def strange_operator(graph: Any) -> None:
    convolution(graph).opcodeIndex = 99


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (no_input, "reads tensors that don't exist"),
        (no_weights, "reads tensors that don't exist"),
        (overwrites, "writes tensors that are not its own"),
        (reshapes, "changes a shape that must stay"),
        (no_operands, "reads 0 tensors and writes 1"),
        (two_outputs, "reads 3 tensors and writes 2"),
        (terabytes, "would take 8,"),
        (negative, r"has shape \[1, -48"),
        (shapeless, "without a shape"),
        (short_weights, "bytes instead of"),
        (strange_type, "has type 5"),
        (zero_scale, "a scale that can't be meant"),
        (tiny_scale, "a scale that can't be meant"),
        (many_scales, "3 scales for shape"),
        (far_zero_point, "zero points out of range"),
        (no_scale, "no scale"),
        (no_stride, "has strideW 0"),
        (strange_padding, "unknown padding"),
        (strange_operator, "none of those listed"),
    ],
)
def test_damage_is_named(integers: Path, damage: Callable[[Any], None], message: str) -> None:
    model = unpack(integers.read_bytes())
    damage(model.subgraphs[0])
    content = pack(model)
    check_header(content, PATH)
    with pytest.raises(InputError, match=f"x.tflite: damaged: .*{message}"):
        check_graph(content, PATH)


def test_operators_from_elsewhere_are_refused(exported: tuple[Path, dict[str, Any]]) -> None:
    model = unpack((exported[0] / "tiny-int8.tflite").read_bytes())
    for number in (32, 119):  # CUSTOM, WHILE
        for code in model.operatorCodes:
            code.builtinCode = number
            code.deprecatedBuiltinCode = number
        with pytest.raises(InputError, match=f"operator 0 is of kind {number}, which no"):
            check_graph(pack(model), PATH)


def test_no_graph_or_several(exported: tuple[Path, dict[str, Any]]) -> None:
    model = unpack((exported[0] / "tiny-int8.tflite").read_bytes())
    model.subgraphs = model.subgraphs * 2
    with pytest.raises(InputError, match="2 TFLite graphs"):
        check_header(pack(model), PATH)
    model.subgraphs = None
    with pytest.raises(InputError, match="0 TFLite graphs"):
        check_header(pack(model), PATH)
    for content in (b"", b"TFL3", b"\xff\xff\xff\x7fTFL3" + bytes(100)):
        with pytest.raises(InputError, match=r"x\.tflite: (0 TFLite graphs|damaged)"):
            check_header(content, PATH)
