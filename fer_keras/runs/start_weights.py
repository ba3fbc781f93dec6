"""Fine-tuning: a training that begins where another ended."""

from __future__ import annotations

from pathlib import Path

import keras

from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model
from fer_keras.runs.run_folder import RunFolder


def load_start_weights(model: keras.Model, start: Path) -> None:
    """Copy the weights of a trained model of the same architecture.

    Where that model tells other emotions apart, its last layer is left out: the new one keeps the
    values it was made with.

    Args:
        model: changed in place.
        start: a run folder or a `.keras` file.

    Raises:
        InputError: if the two are built differently.
    """
    file = RunFolder(start).best_model if start.is_dir() else start
    trained, labels = load_model(file)
    layers = [layer for layer in model.layers if layer.weights]
    trained_layers = [layer for layer in trained.layers if layer.weights]
    if len(labels) != model.output_shape[-1]:
        layers, trained_layers = layers[:-1], trained_layers[:-1]
    if [_shapes(layer) for layer in layers] != [_shapes(layer) for layer in trained_layers]:
        raise InputError(
            f"start_from {start}: its layers are not those that `arch` and `option` ask for; "
            "give the ones that it was trained with",
            argument="start_from",
        )
    for layer, trained_layer in zip(layers, trained_layers, strict=True):
        layer.set_weights(trained_layer.get_weights())


def _shapes(layer: keras.Layer) -> list[tuple[int, ...]]:
    return [tuple(weight.shape) for weight in layer.weights]
