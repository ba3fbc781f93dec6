"""What a model file says about faces, whatever its format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

BATCH = 256
"""Faces per call of a Keras model: fills two cores, and keeps `final`'s maps under 1 GB."""


def find_model(path: Path) -> Path:
    """The model file that a path given by a user means: itself, or the best model of a run folder.

    Raises:
        InputError: if there is none, or it is neither `.keras` nor `.tflite`.
    """
    if path.is_dir():
        best = path / "best.keras"
        if not best.is_file():
            raise InputError(
                f"{path}: a folder without best.keras; name a model file or a run folder that "
                "has ended an epoch"
            )
        return best
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix not in (".keras", ".tflite"):
        raise InputError(f"{path}: not a model; take a .keras or .tflite file or a run folder")
    return path


def probabilities(path: Path, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The probability of every class for every face.

    Args:
        path: a `.keras` or `.tflite` file.
        images: uint8, (n, 48, 48, 1), grey values 0 to 255.

    Returns:
        float32, (n, classes), in the order of the file's labels; rows sum to 1 (of a quantised
        model: nearly).

    Raises:
        InputError: if the file can't be read as a model.
    """
    if path.suffix == ".tflite":
        from fer_keras.models.classifier import Classifier

        return Classifier(path).probabilities(images)

    from fer_keras.models.keras_file import load_model

    model, labels = load_model(path)
    if not len(images):
        return np.empty((0, len(labels)), np.float32)
    return np.concatenate(
        [
            np.asarray(model.predict_on_batch(images[start : start + BATCH].astype(np.float32)))
            for start in range(0, len(images), BATCH)
        ]
    ).astype(np.float32)


def aligned_probabilities(
    path: Path, images: NDArray[np.uint8], labels: tuple[str, ...]
) -> NDArray[np.float32]:
    """As `probabilities`, with the columns in the order of `labels`.

    Raises:
        InputError: if the model's labels are other names than `labels`.
    """
    from fer_keras.models.keras_file import read_labels

    own = read_labels(path)
    if sorted(own) != sorted(labels):
        raise InputError(
            f"{path}: its labels are {', '.join(own)}, the data's are {', '.join(labels)}; "
            "evaluate it on data with its own labels"
        )
    return probabilities(path, images)[:, [own.index(label) for label in labels]]
