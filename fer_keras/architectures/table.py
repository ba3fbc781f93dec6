"""All architectures side by side: cost, and what the paper says of them."""

from __future__ import annotations

import pandas as pd

from fer_keras.architectures.cost import multiply_accumulates
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
