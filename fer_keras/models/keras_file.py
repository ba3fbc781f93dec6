"""`.keras` files that carry their labels: written, read and run."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.files import is_bomb, whole_file
from fer_keras.models.model_file import LABELS_MEMBER, read_labels
from fer_keras.models.shared_kernels import SHARED_KERNELS, complete_file

if TYPE_CHECKING:
    import keras

BATCH = 256
"""Faces per call of a Keras model: fills two cores, and keeps `final`'s maps under 1 GB."""


def save_model(model: keras.Model, labels: tuple[str, ...], path: Path) -> None:
    """Write `model` and its labels as a `.keras` file; an existing file is replaced whole or not.

    Args:
        model: input (n, 48, 48, 1), grey values 0 to 255; output (n, classes), probabilities.
        labels: one name per output.
        path: ends in `.keras`.
    """
    with whole_file(path) as temporary:
        model.save(temporary)
        with zipfile.ZipFile(temporary, "a") as archive:
            archive.writestr(LABELS_MEMBER, "".join(f"{label}\n" for label in labels))


def load_model(path: Path) -> tuple[keras.Model, tuple[str, ...]]:
    """The Keras model in a `.keras` file, and its labels.

    Raises:
        InputError: if the file is missing, is no Keras model, or its labels don't fit its outputs.
    """
    import keras

    labels = read_labels(path)
    try:
        with zipfile.ZipFile(path) as archive:
            if is_bomb(archive):
                raise InputError(f"{path}: unpacks to far more than a model (a bomb?)")
            shared = SHARED_KERNELS in archive.namelist()
        with complete_file(path) if shared else contextlib.nullcontext(path) as whole:
            model = keras.saving.load_model(whole, compile=False)
    except InputError:
        raise
    except (Exception, MemoryError) as error:  # of Keras, TensorFlow, HDF5: any
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"{path}: not a readable Keras model ({reason[:200]})") from error
    is_single = len(model.inputs) == len(model.outputs) == 1
    if not is_single or len(model.input_shape) != 4 or None in model.input_shape[1:]:
        raise InputError(f"{path}: takes no picture of a face; name a model that fer-keras made")
    if len(model.output_shape) != 2:
        raise InputError(f"{path}: gives no probability of each class; train it again")
    if model.output_shape[-1] != len(labels):
        raise InputError(
            f"{path}: {model.output_shape[-1]} outputs but {len(labels)} labels; train it again"
        )
    return model, labels


class KerasNetwork:
    """A `.keras` file as a classifier of faces.

    Raises:
        InputError: as `load_model`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._model, self._labels = load_model(path)
        self.height, self.width, self.channels = (int(n) for n in self._model.input_shape[1:])

    def __call__(self, faces: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answers, (n, classes), for faces (n, height, width, channels), 0 to 255."""
        starts = range(0, len(faces), BATCH)
        try:
            answers = [self._model.predict_on_batch(faces[n : n + BATCH]) for n in starts]
        except (Exception, MemoryError) as error:  # of Keras and TensorFlow: any
            reason = " ".join(str(error).split()) or type(error).__name__
            raise InputError(f"{self._path}: Keras can't run it ({reason[:200]})") from error
        return np.concatenate([np.empty((0, len(self._labels))), *answers]).astype(np.float32)
