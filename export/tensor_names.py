"""Names of tensors, for a person who opens the file in a viewer of graphs."""

from __future__ import annotations

import re

from .flatbuffer import pack, unpack


def with_short_names(content: bytes) -> bytes:
    """Name each inner tensor by one Keras layer; inputs and outputs keep their names.

    The converter joins the scopes of all that it fused into one operator, up to 200 letters for
    each tensor: 6 KB of a mobile-s of 140. No runtime looks at them.

    Args:
        content: a flatbuffer with one graph.

    Returns:
        The same graph with other names. Several tensors may share one.
    """
    model = unpack(content)
    (graph,) = model.subgraphs
    kept = {*graph.inputs, *graph.outputs}
    for index, tensor in enumerate(graph.tensors):
        if index not in kept:
            tensor.name = short_name(tensor.name.decode()).encode()
    return pack(model)


def short_name(name: str) -> str:
    """`m_1/m_1/re_lu_3_1/Relu;m_1/m_1/conv2d_4_1/convolution` is conv2d_4.

    The scope inside the model's is the layer's name and a number. Of layers that were fused the one
    with the weights is meant: a convolution, where there is one.
    """
    layers = []
    for part in name.split(";"):
        model, *rest = part.split("/")
        inside = [scope for scope in rest if scope != model]
        if inside:
            layers.append(re.sub(r"_\d+$", "", inside[0]))
    convolutions = [layer for layer in layers if "conv" in layer]
    return (convolutions or layers or [name])[0]
