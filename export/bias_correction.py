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

from .flatbuffer import pack, unpack
from .layer_run import LayerRun
from .twins import twins, weights


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
    pairs = twins(quantised, exact)
    means = _means(float_file, [int(twin.inputs[0]) for _, twin in pairs], faces)
    for operator, twin in pairs:
        change = weights(quantised, operator) - weights(exact, twin)
        shift = _linear(operator.builtinOptions, means[int(twin.inputs[0])], change)
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
    content = bytes(model.buffers[bias.buffer].data)
    if bias.quantization is None or bias.quantization.scale is None:
        corrected = (np.frombuffer(content, np.float32) - shift).astype(np.float32)
    else:
        steps = np.frombuffer(content, np.int32)
        corrected = np.round(steps - shift / np.asarray(bias.quantization.scale, np.float64))
        corrected = corrected.astype(np.int32)
    model.buffers[bias.buffer].data = np.frombuffer(corrected.tobytes(), np.uint8)


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


def _linear(
    options: Any, inputs: NDArray[np.float64], change: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The layer without bias and activation, averaged over positions: (output channels,)."""
    import tensorflow as tf

    if change.ndim == 2:
        return inputs.reshape(-1, change.shape[1]).mean(0) @ change.T
    maps = tf.nn.conv2d(
        inputs.astype(np.float32),
        change.transpose(1, 2, 3, 0).astype(np.float32),
        (options.strideH, options.strideW),
        ("SAME", "VALID")[options.padding],
        dilations=(options.dilationHFactor, options.dilationWFactor),
    )
    return np.asarray(maps, np.float64).mean((0, 1, 2))
