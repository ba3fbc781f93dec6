"""int8 whose activations span a range of their own in every face: multiplied as integers, no loss.

Ranges fixed beforehand must hold for every face, so that most faces use a part of the 255 steps,
and a full-integer graph rounds each sum of a residual block three times: both branches, then the
sum. Here a layer's input is measured and rounded while the face is computed, multiplied by int8
weights in integers, and what comes out stays float until the next layer. XNNPACK has kernels for
this (`qd8_f32_qc8w`) that are hardly slower than those of full integers: see results/int8.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from .flatbuffer import pack, unpack


def with_bytes(content: bytes) -> bytes:
    """Let a float graph take raw pixels and give probabilities in steps of 1/256, both uint8.

    Args:
        content: a flatbuffer with one graph of one float32 input and one float32 output.
    """
    model = unpack(content)
    (graph,) = model.subgraphs
    (pixels,), (probabilities,) = graph.inputs, graph.outputs
    taken = _twin(graph, int(pixels), scale=1.0)
    given = _twin(graph, int(probabilities), scale=1 / 256)
    first = _conversion(model, "DEQUANTIZE", taken, int(pixels))
    last = _conversion(model, "QUANTIZE", int(probabilities), given)
    graph.operators = [first, *graph.operators, last]
    graph.inputs, graph.outputs = np.array([taken], np.int32), np.array([given], np.int32)
    for signature in model.signatureDefs or []:
        signature.inputs[0].tensorIndex, signature.outputs[0].tensorIndex = taken, given
    return pack(model)


def _twin(graph: Any, index: int, *, scale: float) -> int:
    """Add a uint8 tensor that takes the name of another; that one says its own type then."""
    tensor = graph.tensors[index]
    twin = copy.copy(tensor)
    twin.type = schema.TensorType.UINT8
    twin.quantization = schema.QuantizationParametersT()
    twin.quantization.scale = np.array([scale], np.float32)
    twin.quantization.zeroPoint = np.array([0], np.int64)
    tensor.name = tensor.name + b"/float32"
    graph.tensors.append(twin)
    return len(graph.tensors) - 1


def _conversion(model: Any, name: str, source: int, target: int) -> Any:
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, name)
    code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    code.version = 2  # from and to uint8
    model.operatorCodes.append(code)
    operator = schema.OperatorT()
    operator.opcodeIndex = len(model.operatorCodes) - 1
    operator.inputs = np.array([source], np.int32)
    operator.outputs = np.array([target], np.int32)
    return operator
