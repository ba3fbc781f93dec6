"""What LiteRT does not check in a `.tflite` before it computes with it.

LiteRT verifies the structure of the file (offsets, lengths) and each kernel most of its operands,
but a stride of 0, a missing input or a tensor of terabytes in a damaged file ends the process.
Each rule here is one that such a file broke in a run of many thousand damaged ones.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from fer_keras.errors import InputError

_NAMES = {
    (1, 1): (
        *("ABS", "AVERAGE_POOL_2D", "CAST", "DEQUANTIZE", "ELU", "EXP", "GELU", "HARD_SWISH"),
        *("L2_NORMALIZATION", "LEAKY_RELU", "LOG", "LOGISTIC", "MAX_POOL_2D", "NEG", "QUANTIZE"),
        *("RELU", "RELU6", "RELU_N1_TO_1", "RSQRT", "SHAPE", "SOFTMAX", "SQRT", "SQUARE"),
        *("SQUEEZE", "TANH"),
    ),
    (1, 2): ("RESHAPE",),
    (2, 2): (
        *("ADD", "BATCH_MATMUL", "DIV", "EXPAND_DIMS", "MAXIMUM", "MEAN", "MINIMUM", "MIRROR_PAD"),
        *("MUL", "PAD", "POW", "PRELU", "REDUCE_MAX", "RESIZE_BILINEAR"),
        *("RESIZE_NEAREST_NEIGHBOR", "SQUARED_DIFFERENCE", "SUB", "SUM", "TRANSPOSE"),
    ),
    (2, 3): ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"),
    (3, 3): ("PADV2", "SLICE"),
    (4, 4): ("STRIDED_SLICE",),
    (1, 64): ("CONCATENATION", "PACK"),
}

READS: dict[int, tuple[int, int]] = {
    getattr(schema.BuiltinOperator, name): counts
    for counts, names in _NAMES.items()
    for name in names
}
"""By operator the smallest and the largest number of tensors that it reads."""


LARGEST_STEP = 4096
"""Of a window, a stride or a dilation, in pixels."""

QUANTISED = (schema.TensorType.INT8, schema.TensorType.UINT8, schema.TensorType.INT16)

_BIAS_MAY_LACK = (
    schema.BuiltinOperator.CONV_2D,
    schema.BuiltinOperator.DEPTHWISE_CONV_2D,
    schema.BuiltinOperator.FULLY_CONNECTED,
)
_SHAPE_STAYS = (schema.BuiltinOperator.QUANTIZE, schema.BuiltinOperator.DEQUANTIZE)
_WINDOWS = (
    "strideW",
    "strideH",
    "dilationWFactor",
    "dilationHFactor",
    "filterWidth",
    "filterHeight",
)
_CHOICES = {
    "padding": (schema.Padding.SAME, schema.Padding.VALID),
    "fusedActivationFunction": range(schema.ActivationFunctionType.SIGN_BIT + 1),
}


def operator_problem(model: Any, graph: Any) -> str | None:
    """What is wrong with the operators of a graph; None if nothing is.

    Args:
        model: the `ModelT` that it is in.
        graph: its only `SubGraphT`, its tensors checked.
    """
    codes = model.operatorCodes or []
    constants = {
        index
        for index, tensor in enumerate(graph.tensors or [])
        if model.buffers[tensor.buffer].data is not None
    }
    # Operators stand in the order of computation: each reads what is there, and writes anew.
    known = constants | {int(place) for place in _list(graph.inputs)}
    for index, operator in enumerate(graph.operators or []):
        if not 0 <= operator.opcodeIndex < len(codes):
            return f"operator {index} is none of those listed"
        code = codes[operator.opcodeIndex]
        kind = max(code.builtinCode, code.deprecatedBuiltinCode)
        problem = _wiring_problem(kind, operator, graph.tensors, known) or _options_problem(
            operator.builtinOptions
        )
        if problem:
            return f"operator {index} {problem}"
        known |= {int(place) for place in operator.outputs}
    if not set(_list(graph.outputs)) <= known:
        return "its output is computed by no operator"
    return None


def _wiring_problem(kind: int, operator: Any, tensors: list[Any], known: set[int]) -> str | None:
    inputs, outputs = _list(operator.inputs), _list(operator.outputs)
    if kind not in READS:
        return f"is of kind {kind}, which no classifier of faces needs"
    fewest, most = READS[kind]
    if not fewest <= len(inputs) <= most or len(outputs) != 1:
        return f"reads {len(inputs)} tensors and writes {len(outputs)}"
    optional = {-1} if kind in _BIAS_MAY_LACK else set()
    if not set(inputs[:2]) <= known or not set(inputs[2:]) <= known | optional:
        return "reads tensors that don't exist"
    if any(place in known or not 0 <= place < len(tensors) for place in outputs):
        return "writes tensors that are not its own"
    given, got = tensors[inputs[0]], tensors[outputs[0]]
    if kind in _SHAPE_STAYS:
        if _list(given.shape) != _list(got.shape):
            return "changes a shape that must stay"
    elif any(_lacks_shape(tensors[place]) for place in outputs):
        return "gives a tensor without a shape"
    return None


def _options_problem(options: Any) -> str | None:
    for name in _WINDOWS:
        value = getattr(options, name, 1)
        if not 1 <= value <= LARGEST_STEP:
            return f"has {name} {value}"
    for name, allowed in _CHOICES.items():
        if getattr(options, name, 0) not in allowed:
            return f"has an unknown {name}"
    return None


def _lacks_shape(tensor: Any) -> bool:
    computed = (*QUANTISED, schema.TensorType.FLOAT32)
    return tensor.type in computed and not _list(tensor.shape)


def _list(values: Any) -> list[int]:
    return [] if values is None else [int(value) for value in values]


IDENTIFIER = b"TFL3"

LARGEST_TENSOR = 2**28
"""Bytes. `final`'s largest has 30 million."""

LARGEST_SUM = 2**30
"""Bytes of all tensors of a graph together."""

SCALES = (1e-15, 1e15)
"""Of quantised values: ratios of two of them must stay numbers in float32."""

_BYTES = {
    schema.TensorType.FLOAT32: 4,
    schema.TensorType.FLOAT16: 2,
    schema.TensorType.INT32: 4,
    schema.TensorType.INT64: 8,
    schema.TensorType.INT8: 1,
    schema.TensorType.UINT8: 1,
    schema.TensorType.INT16: 2,
    schema.TensorType.BOOL: 1,
}

_ZEROS = {
    schema.TensorType.INT8: (-128, 127),
    schema.TensorType.UINT8: (0, 255),
}
"""By type the zero points that can be meant; of others 0."""


def check_header(content: bytes, path: Path) -> None:
    """Refuse what is not one TFLite graph; LiteRT's own check fails where there is none.

    Args:
        content: of a file.
        path: of it, for the message.

    Raises:
        InputError: if it is none.
    """
    try:
        whole = content[4:8] == IDENTIFIER
        graphs = schema.Model.GetRootAs(content, 0).SubgraphsLength() if whole else 0
    except (struct.error, IndexError, ValueError, TypeError) as error:
        raise InputError(f"{path}: damaged from its start on; export it again") from error
    if graphs != 1:
        raise InputError(f"{path}: {graphs} TFLite graphs; a classifier of faces is one")


def check_graph(content: bytes, path: Path) -> None:
    """Refuse a graph whose numbers can't be meant.

    Args:
        content: of a file that passed `check_header`, and whose structure LiteRT has verified.
        path: of it, for the message.

    Raises:
        InputError: naming what is wrong.
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    (graph,) = model.subgraphs
    problem = _tensor_problem(model, graph) or operator_problem(model, graph)
    if problem:
        raise InputError(f"{path}: damaged: {problem}; export it again")


def _tensor_problem(model: Any, graph: Any) -> str | None:
    total = 0
    for index, tensor in enumerate(graph.tensors or []):
        shape = [] if tensor.shape is None else [int(size) for size in tensor.shape]
        if tensor.type not in _BYTES:
            return f"tensor {index} has type {tensor.type}"
        if any(size < 1 for size in shape):
            return f"tensor {index} has shape {shape}"
        size = math.prod(shape) * _BYTES[tensor.type]
        total += size
        if size > LARGEST_TENSOR or total > LARGEST_SUM:
            return f"its tensors would take {total:,} bytes or more"
        if not 0 <= tensor.buffer < len(model.buffers):
            return f"tensor {index} has no buffer"
        data = model.buffers[tensor.buffer].data
        if data is not None and len(data) and len(data) != size:
            return f"tensor {index} holds {len(data):,} bytes instead of {size:,}"
        problem = _quantisation_problem(tensor, shape)
        if problem:
            return f"tensor {index} has {problem}"
    return None


def _quantisation_problem(tensor: Any, shape: list[int]) -> str | None:
    quantisation = tensor.quantization
    if quantisation is None or quantisation.scale is None:
        return "no scale" if tensor.type in QUANTISED else None
    scales = np.atleast_1d(quantisation.scale)
    zeros = np.atleast_1d(0 if quantisation.zeroPoint is None else quantisation.zeroPoint)
    axis = quantisation.quantizedDimension
    if not ((scales > SCALES[0]) & (scales < SCALES[1])).all():  # false for NaN, too
        return "a scale that can't be meant"
    if len(scales) != 1 and not (0 <= axis < len(shape) and len(scales) == shape[axis]):
        return f"{len(scales)} scales for shape {shape}"
    low, high = _ZEROS.get(tensor.type, (0, 0))
    if len(zeros) not in (1, len(scales)) or not ((zeros >= low) & (zeros <= high)).all():
        return "zero points out of range"
    return None
