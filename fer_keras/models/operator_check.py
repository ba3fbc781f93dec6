"""What must hold of a graph's operators for LiteRT's kernels to stay within their memory."""

from __future__ import annotations

from typing import Any

from ai_edge_litert import schema_py_generated as schema

from fer_keras.models.known_operators import READS

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
