"""Weights rounded so that a layer's output changes least, not each weight by itself.

Rounding to the nearest step errs in each weight alone. What counts is the sum that they enter, and
the inputs of a layer go together: neighbouring pixels, channels of one cause. So each weight is
rounded in turn, and what it lost is made good by those not yet rounded, as far as the inputs'
covariance allows (Frantar et al., GPTQ, ICLR 2023; after Frantar and Alistarh, Optimal Brain
Compression, NeurIPS 2022).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import operator_name, pack, unpack
from .layer_run import LayerRun


@dataclass(frozen=True)
class RoundedLayer:
    """A convolution or dense layer before and after its weights were rounded.

    Attributes:
        exact: float64, output channels first: (outputs, height, width, inputs), dense ones
            (outputs, inputs).
        steps: int8, the same shape.
        scales: float64, (outputs,): what a step stands for.
        bias_change: float64, (outputs,).
    """

    exact: NDArray[np.float64]
    steps: NDArray[np.int8]
    scales: NDArray[np.float64]
    bias_change: NDArray[np.float64]

    def is_of(self, kernel: NDArray[np.float32]) -> bool:
        """Whether a convolution, (outputs, inputs, height, width), has these exact weights."""
        if self.exact.ndim != 4:
            return False
        own = self.exact.transpose(0, 3, 1, 2)
        return own.shape == kernel.shape and np.allclose(own, kernel, rtol=1e-3, atol=1e-6)


WITH_WEIGHTS = ("CONV_2D", "FULLY_CONNECTED")

TOGETHER = 4096
"""Weights of one output that are rounded together at most: their covariance has as many rows and
columns, 20 GB of memory for the dense layer of a wide network, and a few hundred faces tell little
of it. Layers of more stay rounded each by itself."""


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


def rounded_layers(rounded_file: bytes, float_file: bytes) -> list[RoundedLayer]:
    """Layers whose weights are rounded, their inputs and biases not.

    Args:
        rounded_file: of the format `dynamic`, after `round_weights` and perhaps `correct_biases`.
        float_file: float32, of the same model with the same input.
    """
    exact, quantised = unpack(float_file), unpack(rounded_file)
    layers = []
    for operator, twin in twins(quantised, exact):
        tensor = quantised.subgraphs[0].tensors[operator.inputs[1]]
        if tensor.quantization is None or tensor.quantization.scale is None:
            continue  # a small one
        data = bytes(quantised.buffers[tensor.buffer].data)
        layers.append(
            RoundedLayer(
                exact=weights(exact, twin),
                steps=np.frombuffer(data, np.int8).reshape(tensor.shape),
                scales=np.asarray(tensor.quantization.scale, np.float64),
                bias_change=_float_bias(quantised, operator) - _float_bias(exact, twin),
            )
        )
    return layers


def _float_bias(model: Any, operator: Any) -> NDArray[np.float64]:
    bias = model.subgraphs[0].tensors[operator.inputs[2]]
    return np.frombuffer(bytes(model.buffers[bias.buffer].data), np.float32).astype(np.float64)


def _name(graph: Any, operator: Any) -> bytes:
    name: bytes = graph.tensors[operator.outputs[0]].name
    return name


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


DAMPING = 0.01
"""Of the inputs' mean variance, added to each: what hardly varies in the faces may in others."""

PATCHES = 48
"""Places in a face at which a convolution's inputs are looked at; neighbours tell little more."""

STEPS = 127


def round_weights(int8_file: bytes, float_file: bytes, faces: NDArray[np.uint8]) -> bytes:
    """Round the weights of convolutions and dense layers anew, to the steps that they have.

    What this shifts on average is left to the biases: `correct_biases` follows.

    Args:
        int8_file: as `TFLiteConverter` makes it.
        float_file: float32, of the same model with the same input.
        faces: uint8, (n, 48, 48, channels of the files): the representative dataset.

    Returns:
        The int8 flatbuffer with other weights, nothing else changed.
    """
    exact, quantised = unpack(float_file), unpack(int8_file)
    pairs = [
        (operator, twin)
        for operator, twin in twins(quantised, exact)
        if quantised.subgraphs[0].tensors[operator.inputs[1]].quantization.scale is not None
        and np.prod(quantised.subgraphs[0].tensors[operator.inputs[1]].shape[1:]) <= TOGETHER
    ]
    covariances = _covariances(float_file, exact, [twin for _, twin in pairs], faces)
    for (operator, twin), covariance in zip(pairs, covariances, strict=True):
        tensor = quantised.subgraphs[0].tensors[operator.inputs[1]]
        scales = np.asarray(tensor.quantization.scale, np.float64).reshape(-1, 1)
        rows = weights(exact, twin)
        rows = rows.reshape(len(rows), -1) / scales
        steps = round_together(rows, covariance).astype(np.int8)
        quantised.buffers[tensor.buffer].data = np.frombuffer(steps.tobytes(), np.uint8)
    return pack(quantised)


def round_together(rows: NDArray[np.float64], covariance: NDArray[np.float64]) -> NDArray[Any]:
    """Whole numbers near rows such that products with inputs vary from the rows' own least.

    Args:
        rows: (outputs, inputs).
        covariance: (inputs, inputs), of the inputs.

    Returns:
        float64, (outputs, inputs), whole numbers from -127 to 127.

    >>> round_together(np.full((1, 4), 0.4), np.ones((4, 4))).sum()  # four inputs, always equal
    np.float64(2.0)
    """
    from scipy.linalg import solve_triangular

    variances = np.diag(covariance)
    order = np.argsort(-variances, kind="stable")  # what varies most is rounded while all can help
    damped = covariance[np.ix_(order, order)] + max(DAMPING * variances.mean(), 1e-12) * np.eye(
        len(order)
    )
    # The inverse covariance of the inputs from the i-th on, for every i at once: the upper
    # triangular U with U'U the inverse (GPTQ, section 3.3, step 3).
    upper = np.linalg.cholesky(damped[::-1, ::-1])[::-1, ::-1]
    inverse = solve_triangular(upper, np.eye(len(order)))
    left = rows[:, order].copy()
    for place in range(left.shape[1]):
        rounded = np.clip(np.round(left[:, place]), -STEPS, STEPS)
        lost = (left[:, place] - rounded) / inverse[place, place]
        left[:, place] = rounded
        left[:, place + 1 :] -= lost[:, None] * inverse[place, place + 1 :]
    back = np.empty_like(left)
    back[:, order] = left
    return back


def _covariances(
    content: bytes, model: Any, operators: list[Any], faces: NDArray[np.uint8]
) -> list[NDArray[np.float64]]:
    """Of what each operator's weights are multiplied with, in the order of the weights."""
    run, random = LayerRun(content), np.random.default_rng(0)
    shapes = [model.subgraphs[0].tensors[operator.inputs[1]].shape for operator in operators]
    sums: list[Any] = [0.0] * len(operators)
    products: list[Any] = [0.0] * len(operators)
    counts = [0] * len(operators)
    # Differences to what the first face has on average: squares of large numbers would hide them.
    bases: list[Any] = [None] * len(operators)
    for face in faces:
        run.invoke(face)
        for place, (operator, shape) in enumerate(zip(operators, shapes, strict=True)):
            value = run.value(int(operator.inputs[0])).astype(np.float32)
            seen = _patches(value, operator.builtinOptions, shape, random)
            if bases[place] is None:
                bases[place] = seen.mean(0)
            seen = seen - bases[place]
            counts[place] += len(seen)
            sums[place] = sums[place] + seen.sum(0)
            products[place] = products[place] + seen.T @ seen
    found = []
    for count, total, product in zip(counts, sums, products, strict=True):
        mean = total.astype(np.float64) / count
        found.append(product.astype(np.float64) / count - np.outer(mean, mean))
    return found


def _patches(
    value: NDArray[np.float32], options: Any, shape: Any, random: np.random.Generator
) -> NDArray[np.float32]:
    """Rows of inputs: (places, size of an output channel's weights)."""
    if len(shape) == 2:
        return value.reshape(-1, shape[1])
    _, height, width, _ = shape
    strides = (options.strideH, options.strideW)
    reach = ((height - 1) * options.dilationHFactor + 1, (width - 1) * options.dilationWFactor + 1)
    maps = value[0]
    if options.padding == 0:  # SAME
        margins = [
            max((-(-size // stride) - 1) * stride + span - size, 0)
            for size, stride, span in zip(maps.shape[:2], strides, reach, strict=True)
        ]
        maps = np.pad(maps, [(margin // 2, margin - margin // 2) for margin in margins] + [(0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(maps, reach, axis=(0, 1))
    windows = windows[
        :: strides[0], :: strides[1], :, :: options.dilationHFactor, :: options.dilationWFactor
    ]
    rows, columns = windows.shape[:2]
    places = random.permutation(rows * columns)[:PATCHES]
    chosen = windows[places // columns, places % columns]  # (places, channels, height, width)
    return np.ascontiguousarray(chosen.transpose(0, 2, 3, 1).reshape(len(places), -1))
