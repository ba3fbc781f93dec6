"""What a model costs: parameters and multiply-accumulates."""

from __future__ import annotations

import math

import keras


def multiply_accumulates(model: keras.Model) -> int:
    """Multiply-accumulates of one face through the convolutions and dense layers of `model`.

    Additions of biases, normalisation, pooling and activations are left out, as is usual.
    """
    total = 0
    for layer in model._flatten_layers(include_self=False):
        if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            positions = math.prod(layer.output.shape[1:3])
            total += positions * math.prod(layer.kernel.shape)
        elif isinstance(layer, keras.layers.Dense):
            total += math.prod(layer.kernel.shape)
    return total
