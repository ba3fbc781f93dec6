"""Where an int8 file loses: the float and the int8 graph side by side, layer by layer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import operator_name, unpack
from .layer_run import LayerRun


@dataclass(frozen=True)
class LayerNoise:
    """What quantisation does to one layer's output.

    Attributes:
        layer: the Keras layers that the operator computes, fused ones joined by "+".
        operator: of TFLite.
        snr: power of the float output over that of its difference to the int8 output, in dB.
        added: noise over signal (powers) at its output minus that at its noisiest input, 0 or
            more: what this layer adds to what it was given.
    """

    layer: str
    operator: str
    snr: float
    added: float


def measure_layers(
    float_file: bytes, int8_file: bytes, faces: NDArray[np.uint8], layers: Sequence[str]
) -> list[LayerNoise]:
    """Run both graphs on the same faces, with the built-in kernels, which keep every output.

    Args:
        float_file: float32, as `convert` makes it.
        int8_file: int8 of the same model with the same input; uint8 io.
        faces: uint8, (n, 48, 48, channels of the files); n is 1 or more.
        layers: names of the model's layers, to name the operators by.

    Returns:
        A line for each operator, in the order of computation.
    """
    graph = unpack(int8_file)
    subgraph = graph.subgraphs[0]
    quantised, exact = LayerRun(int8_file), LayerRun(float_file)
    names = {index: tensor.name.decode() for index, tensor in enumerate(subgraph.tensors)}
    for operator in subgraph.operators:
        # The last conversion to uint8 has the name of the float file's output: what it converts is
        # the same quantity.
        if _operator(graph, operator) == "QUANTIZE" and operator.outputs[0] in subgraph.outputs:
            names[operator.inputs[0]] = names.pop(operator.outputs[0])
    shared = [
        (index, names[index])
        for operator in subgraph.operators
        for index in operator.outputs
        if names.get(index) in exact.outputs
    ]
    signal = dict.fromkeys([index for index, _ in shared], 0.0)
    noise = dict(signal)
    for face in faces:
        quantised.invoke(face)
        exact.invoke(face)
        for index, name in shared:
            expected = exact.value(exact.outputs[name])
            signal[index] += float(np.square(expected).sum())
            noise[index] += float(np.square(quantised.value(index) - expected).sum())

    ratio = {index: noise[index] / max(signal[index], 1e-30) for index in signal}
    found = []
    for operator in subgraph.operators:
        (output, *_) = operator.outputs
        if output not in ratio:
            continue
        before = max((ratio.get(index, 0.0) for index in operator.inputs), default=0.0)
        found.append(
            LayerNoise(
                layer=_layer_name(names[output], layers),
                operator=_operator(graph, operator),
                snr=-10 * math.log10(max(ratio[output], 1e-30)),
                added=max(ratio[output] - before, 0.0),
            )
        )
    return found


def ranked(noises: Sequence[LayerNoise]) -> list[LayerNoise]:
    """The layers that add most noise first."""
    return sorted(noises, key=lambda noise: noise.added, reverse=True)


def _operator(graph: Any, operator: Any) -> str:
    return operator_name(graph.operatorCodes[operator.opcodeIndex])


def _layer_name(tensor: str, layers: Sequence[str]) -> str:
    """`m_1/m_1/conv2d_1/convolution;m_1/m_1/bn_1/add` is conv2d+bn: scopes end in a number."""
    if tensor.startswith("StatefulPartitionedCall"):
        return layers[-1]  # what the file gives
    found: dict[str, None] = {}
    for part in re.split("[/;]", tensor):
        scope = re.sub(r"_\d+$", "", part)
        if scope in layers or part in layers:
            found[scope if scope in layers else part] = None
    return "+".join(found) or tensor.split(";")[0]
