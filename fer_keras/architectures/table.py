"""All architectures side by side: cost, and what the paper says of them."""

from __future__ import annotations

import math

import keras
import pandas as pd

from fer_keras.architectures.registry import ARCHITECTURES, find_architecture


def list_architectures(classes: int = 7) -> pd.DataFrame:
    """A row for each architecture.

    Args:
        classes: number of outputs.

    Returns:
        Columns name, parameters, multiply_accumulates (of one face), paper_validation and
        paper_test (fractions, NaN where not stated), notation.
    """
    rows = []
    for architecture in map(find_architecture, ARCHITECTURES):
        model = architecture.build(classes)
        paper = architecture.paper
        rows.append(
            {
                "name": architecture.name,
                "parameters": model.count_params(),
                "multiply_accumulates": multiply_accumulates(model),
                "paper_validation": paper.validation if paper else None,
                "paper_test": paper.test if paper else None,
                "notation": architecture.notation,
            }
        )
    return pd.DataFrame(rows)


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
