"""The weights that travel in the package, and those that the user has shipped."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fer_keras.errors import InputError
from fer_keras.files import read_json
from fer_keras.models.model_file import (
    DEFAULT_MODEL,
    HASHES,
    ModelLike,
    find_model,
    weights_folders,
)

if TYPE_CHECKING:
    import keras
    import pandas as pd


class LoadedModel(NamedTuple):
    """A trained Keras model.

    Attributes:
        model: from float32 (n, 48, 48, 1), grey values 0 to 255, to probabilities (n, classes).
        labels: what the classes are called.
    """

    model: keras.Model
    labels: tuple[str, ...]


def load(model: ModelLike = DEFAULT_MODEL) -> LoadedModel:
    """A trained model in Keras, to fine-tune or to look into; nothing is downloaded.

    Examples:
        >>> load("mobile-s").model.output_shape  # doctest: +SKIP
        (None, 7)

    Args:
        model: a shipped name (see `list_models`), a run or its folder, or a `.keras` file.

    Raises:
        InputError: if there is none, or its file is damaged or has no gradients (`.tflite`).
    """
    path = find_model(model, trainable=True)

    from fer_keras.models.keras_file import load_model

    return LoadedModel(*load_model(path))


def list_models() -> pd.DataFrame:
    """The shipped models, a row for each file.

    Returns:
        Index: the name that every command and function takes. Columns: labels (tuple of names),
        bytes, parameters, validation and test (accuracy, 0 to 1; NaN where it was not measured),
        file.

    Raises:
        InputError: if the figures of one, in the user's own folder, can't be read.
    """
    import pandas as pd

    rows: dict[str, dict[str, Any]] = {}
    for folder in weights_folders():
        for figures_file in sorted(folder.glob("*.json")):
            if figures_file.name == HASHES:
                continue
            figures = read_json(figures_file)
            try:
                rows |= _rows(figures, folder)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise InputError(
                    f"{figures_file}: not the figures of a shipped model; ship it again or remove "
                    "the file"
                ) from error
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("name")


def _rows(figures: dict[str, Any], folder: Path) -> dict[str, dict[str, Any]]:
    return {
        name.removesuffix(".tflite"): {
            "labels": tuple(figures["labels"]),
            "bytes": of_file["bytes"],
            "parameters": figures["parameters"],
            "validation": _accuracy(of_file, "validation"),
            "test": _accuracy(of_file, "test"),
            "file": str(folder / name),
        }
        for name, of_file in figures.get("files", {}).items()
    }


def _accuracy(figures: dict[str, Any], split: str) -> float:
    judged = figures["splits"].get(split)
    return float(judged["accuracy"]["value"]) if judged else math.nan
