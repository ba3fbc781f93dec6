"""Names of tensors: no two alike, each by the Keras layer that it belongs to.

Viewers of graphs, tools for quantisation and other runtimes key tensors by name.
"""

from __future__ import annotations

import re
from typing import Any

from .flatbuffer import operator_name, pack, type_name, unpack

INPUT, OUTPUT = "faces", "probabilities"

CONSTANTS = {
    "CONV_2D": ("", "kernel", "bias"),
    "DEPTHWISE_CONV_2D": ("", "kernel", "bias"),
    "FULLY_CONNECTED": ("", "kernel", "bias"),
    "MEAN": ("", "axes"),
    "PAD": ("", "paddings"),
    "RESHAPE": ("", "shape"),
}
"""What the constants that an operator reads are called, by their places among its inputs."""

CONVERSIONS = ("QUANTIZE", "DEQUANTIZE")


def with_layer_names(content: bytes) -> bytes:
    """Name each tensor by one Keras layer: `block3_conv1`, `block3_conv1/kernel`, `.../bias`.

    The converter joins the scopes of all that it fused into one operator, up to 200 letters for
    each tensor, and calls constants the same: 6 KB of a mobile-s of 140.

    Args:
        content: a flatbuffer with one graph of one input and one output, as `convert` makes it.

    Returns:
        The same graph with other names, no two of them alike. The input is `faces`, the output
        `probabilities`, here and in the signature; a tensor that another type was made of, or
        was made from another, ends in its own type (`faces/int8`).
    """
    model = unpack(content)
    (graph,) = model.subgraphs
    names = _Names(graph)
    operators = [
        (operator_name(model.operatorCodes[operator.opcodeIndex]), operator)
        for operator in graph.operators
    ]
    conversions = [
        (int(operator.inputs[0]), int(operator.outputs[0]))
        for kind, operator in operators
        if kind in CONVERSIONS
    ]
    for source, target in conversions:
        if target in graph.outputs:
            names.give_beside(source, target)
    for kind, operator in operators:
        if kind in CONVERSIONS:
            source, target = int(operator.inputs[0]), int(operator.outputs[0])
            if source in names.given:  # a constant waits for the name of what reads it
                names.give_beside(target, source)
        else:
            _name_operator(names, kind, operator)
    for source, target in conversions:
        names.give_beside(source, target)
    for index, tensor in enumerate(graph.tensors):
        names.give(index, layer_name(tensor.name.decode()))
        tensor.name = names.given[index].encode()
    for signature in model.signatureDefs or []:
        for ends, name in ((signature.inputs, INPUT), (signature.outputs, OUTPUT)):
            for end in ends:
                end.name = name.encode()
    return pack(model)


class _Names:
    """Names given so far, by the tensors' places.

    Attributes:
        given: all of them, no two alike.
    """

    def __init__(self, graph: Any) -> None:
        self._tensors = graph.tensors
        self.given = {int(graph.inputs[0]): INPUT, int(graph.outputs[0]): OUTPUT}

    def give(self, index: int, name: str) -> None:
        """Name a tensor that has none, by a number more where another has that name."""
        if index in self.given:
            return
        taken, number, free = set(self.given.values()), 1, name
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        self.given[index] = free

    def give_beside(self, index: int, other: int) -> None:
        """Name a tensor by another, which it is converted to or from."""
        if other in self.given:
            self.give(index, f"{self.given[other]}/{type_name(self._tensors[index].type).lower()}")

    def give_layer(self, index: int, kind: str) -> str:
        """Name an operator's output by its layer; a layer's second operator by its kind, too."""
        layer = layer_name(self._tensors[index].name.decode())
        used = layer in self.given.values()
        self.give(index, f"{layer}/{kind.lower()}" if used else layer)
        return self.given[index]


def _name_operator(names: _Names, kind: str, operator: Any) -> None:
    layer, *_ = [names.give_layer(int(index), kind) for index in operator.outputs]
    places = CONSTANTS.get(kind, ())
    for place, index in enumerate(operator.inputs):
        if index >= 0:
            what = places[place] if place < len(places) else "constant"
            names.give(int(index), f"{layer}/{what}")


def layer_name(name: str) -> str:
    """`m_1/m_1/re_lu_3_1/Relu;m_1/m_1/conv2d_4_1/convolution` is conv2d_4.

    The scope inside the model's is the layer's name and a number. Of layers that were fused the one
    with the weights is meant, or the addition.
    """
    layers: dict[str, str] = {}
    for part in name.split(";"):
        model, *rest = part.split("/")
        inside = [scope for scope in rest if scope != model]
        if inside:
            layers[inside[-1]] = re.sub(r"_\d+$", "", inside[0])
    for tail in ("convolution", "depthwise", "MatMul", "Add"):
        for operation, layer in layers.items():
            if operation.startswith(tail):
                return layer
    return next(iter(layers.values()), name)
