"""Bias correction: what rounded weights shift on average goes into the biases.

Rounding a layer's weights moves the mean of each of its outputs, most where its inputs are far from
zero on average (a dense layer after global averaging). The mean shift is known from the layer's
mean input, and an int32 bias holds its negative almost exactly (Nagel et al., Data-Free
Quantization through Weight Equalization and Bias Correction, ICCV 2019).
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import operator_name, pack, unpack
from .layer_run import LayerRun

CORRECTED = ("CONV_2D", "FULLY_CONNECTED")


def correct_biases(int8_file: bytes, float_file: bytes, faces: NDArray[np.uint8]) -> bytes:
    """Correct the biases of an int8 graph.

    Args:
        int8_file: as `TFLiteConverter` makes it.
        float_file: float32, of the same model with the same input.
        faces: uint8, (n, 48, 48, channels of the files): the representative dataset.

    Returns:
        The int8 flatbuffer with other biases, nothing else changed.
    """
    exact, quantised = unpack(float_file), unpack(int8_file)
    graph, float_graph = quantised.subgraphs[0], exact.subgraphs[0]
    twins = {_name(float_graph, operator): operator for operator in float_graph.operators}
    pairs = [
        (operator, twins[_name(graph, operator)])
        for operator in graph.operators
        if operator_name(quantised.operatorCodes[operator.opcodeIndex]) in CORRECTED
        and _name(graph, operator) in twins
        and len(operator.inputs) == 3
        and operator.inputs[2] >= 0
    ]
    means = _means(float_file, [int(twin.inputs[0]) for _, twin in pairs], faces)
    for operator, twin in pairs:
        rounded = _constant(quantised, operator.inputs[1])
        weights = _constant(exact, twin.inputs[1])
        shift = _linear(operator.builtinOptions, means[int(twin.inputs[0])], rounded - weights)
        _shift_bias(quantised, int(operator.inputs[2]), shift)
    return pack(quantised)


def _shift_bias(model: Any, index: int, shift: NDArray[np.float64]) -> None:
    graph = model.subgraphs[0]
    bias = graph.tensors[index]
    readers = sum(index in operator.inputs for operator in graph.operators)
    if readers > 1:  # equal biases of equal steps were merged
        return
    if sum(tensor.buffer == bias.buffer for tensor in graph.tensors) > 1:  # equal numbers
        model.buffers.append(copy.copy(model.buffers[bias.buffer]))
        bias.buffer = len(model.buffers) - 1
    steps = np.frombuffer(bytes(model.buffers[bias.buffer].data), np.int32)
    corrected = np.round(steps - shift / np.asarray(bias.quantization.scale, np.float64))
    model.buffers[bias.buffer].data = np.frombuffer(corrected.astype(np.int32).tobytes(), np.uint8)


def _name(graph: Any, operator: Any) -> bytes:
    name: bytes = graph.tensors[operator.outputs[0]].name
    return name


def _means(
    content: bytes, tensors: list[int], faces: NDArray[np.uint8]
) -> dict[int, NDArray[np.float64]]:
    """The mean of tensors over faces, in their own shapes."""
    run = LayerRun(content)
    sums: dict[int, Any] = dict.fromkeys(tensors, 0.0)
    for face in faces:
        run.invoke(face)
        for index in sums:
            sums[index] = sums[index] + run.value(index)
    return {index: total / len(faces) for index, total in sums.items()}


def _constant(model: Any, index: int) -> NDArray[np.float64]:
    """Weights as real numbers, output channels first."""
    tensor = model.subgraphs[0].tensors[index]
    data = bytes(model.buffers[tensor.buffer].data)
    scales = None if tensor.quantization is None else tensor.quantization.scale
    if scales is None:
        return np.frombuffer(data, np.float32).reshape(tensor.shape).astype(np.float64)
    steps = np.frombuffer(data, np.int8).reshape(tensor.shape).astype(np.float64)
    return steps * np.asarray(scales).reshape(-1, *[1] * (steps.ndim - 1))


def _linear(
    options: Any, inputs: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The layer without bias and activation, averaged over positions: (output channels,)."""
    import tensorflow as tf

    if weights.ndim == 2:
        return inputs.reshape(-1, weights.shape[1]).mean(0) @ weights.T
    maps = tf.nn.conv2d(
        inputs.astype(np.float32),
        weights.transpose(1, 2, 3, 0).astype(np.float32),
        (options.strideH, options.strideW),
        ("SAME", "VALID")[options.padding],
        dilations=(options.dilationHFactor, options.dilationWFactor),
    )
    return np.asarray(maps, np.float64).mean((0, 1, 2))
