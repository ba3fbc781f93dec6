"""The layers of a quantised graph beside those of the float graph that it was made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import operator_name

WITH_WEIGHTS = ("CONV_2D", "FULLY_CONNECTED")


def twins(quantised: Any, exact: Any) -> list[tuple[Any, Any]]:
    """Convolutions and dense layers with a bias that stand in both graphs, by their outputs' names.

    Args:
        quantised, exact: what `flatbuffer.unpack` gives.

    Returns:
        For each its operator in the quantised graph and that in the exact one.
    """
    float_graph = exact.subgraphs[0]
    known = {_name(float_graph, operator): operator for operator in float_graph.operators}
    graph = quantised.subgraphs[0]
    return [
        (operator, known[_name(graph, operator)])
        for operator in graph.operators
        if operator_name(quantised.operatorCodes[operator.opcodeIndex]) in WITH_WEIGHTS
        and _name(graph, operator) in known
        and len(operator.inputs) == 3
        and operator.inputs[2] >= 0
    ]


def weights(model: Any, operator: Any) -> NDArray[np.float64]:
    """A layer's weights as real numbers, output channels first."""
    tensor = model.subgraphs[0].tensors[operator.inputs[1]]
    data = bytes(model.buffers[tensor.buffer].data)
    scales = None if tensor.quantization is None else tensor.quantization.scale
    if scales is None:
        return np.frombuffer(data, np.float32).reshape(tensor.shape).astype(np.float64)
    steps = np.frombuffer(data, np.int8).reshape(tensor.shape).astype(np.float64)
    return steps * np.asarray(scales).reshape(-1, *[1] * (steps.ndim - 1))


def _name(graph: Any, operator: Any) -> bytes:
    name: bytes = graph.tensors[operator.outputs[0]].name
    return name
