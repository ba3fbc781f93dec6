"""The model that is judged and kept: float32, whatever precision the training computes in."""

from __future__ import annotations

import keras

from fer_keras.architectures.registry import build
from fer_keras.training.recipe import Recipe


def full_precision(model: keras.Model, recipe: Recipe, classes: int) -> keras.Model:
    """The model itself if it computes in float32, else a float32 twin of it, not compiled.

    A file saved from a mixed model would compute in 16 bits wherever it is loaded, and TFLite's
    converter would follow it.

    Args:
        model: being trained; its weights are float32 under every policy.
        recipe: what it was built by.
        classes: number of classes.
    """
    policy = keras.config.dtype_policy()
    if policy.compute_dtype == "float32":
        return model
    keras.config.set_dtype_policy("float32")
    try:
        twin = build(recipe.arch, classes, recipe.options)
    finally:
        keras.config.set_dtype_policy(policy)
    return twin
