"""A classifier for exported models: LiteRT and numpy, nothing else.

Importing this takes a fraction of a second; TensorFlow and Keras are never loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.classification import UNSURE, Classification
from fer_keras.models.face_model import open_face_model
from fer_keras.models.interpreter import litert_errors
from fer_keras.models.keras_file import read_labels
from fer_keras.models.pixels import fit_pixels

DYNAMIC_BATCH = 32
"""Faces per call of a file with a dynamic batch: more gain nothing, and cost memory."""


class Classifier:
    """An exported `.tflite` file, ready to run. Use one in one thread at a time.

    Args:
        path: a file that `fer-keras export` made, in any of its formats.
        threads: processor threads to run on.

    Attributes:
        labels: class names, in the order of the probabilities.
        height, width, channels: of the pictures that the file takes; this class takes both grey
            and RGB whatever the channels are.

    Raises:
        InputError: if the file is missing, damaged, or not a classifier of single faces.
    """

    def __init__(self, path: str | Path, threads: int = 1) -> None:
        self.path = Path(path)
        self.labels = read_labels(self.path)
        model = open_face_model(self.path, len(self.labels), threads)
        self._interpreter, self._input, self._output = model.interpreter, model.input, model.output
        batch, *shape = (int(size) for size in self._input["shape_signature"])
        self.height, self.width, self.channels = shape
        self._batch = DYNAMIC_BATCH if batch == -1 else 1

    def probabilities(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """The probability of every class for every face.

        Args:
            images: uint8 or float, values 0 to 255; (height, width), (height, width, channels) or
                (n, height, width[, channels]), with 1 (grey) or 3 (red, green, blue) channels.

        Returns:
            float32, (n, classes), in the order of `labels`; n is 1 for a single picture.

        Raises:
            InputError: if the shape is none of these, or a value is not from 0 to 255.
        """
        faces = _quantise(fit_pixels(images, self.height, self.width, self.channels), self._input)
        answers = np.empty((len(faces), len(self.labels)), dtype=np.float32)
        for start in range(0, len(faces), self._batch):
            chunk = faces[start : start + self._batch]
            answers[start : start + len(chunk)] = self._run(chunk)
        return answers

    def classify(self, image: NDArray[Any], abstain_below: float = 0.0) -> Classification:
        """The most probable class of one face.

        Args:
            image: one face, as for `probabilities`; errors too.
            abstain_below: greatest probability below which the label is `unsure`.
        """
        answers = self.probabilities(image)
        if len(answers) != 1:
            raise InputError(f"classify takes one face, not {len(answers)}; use probabilities")
        named = dict(zip(self.labels, map(float, answers[0]), strict=True))
        label = max(named, key=named.__getitem__)
        sure = named[label] >= abstain_below
        return Classification(label if sure else UNSURE, named[label], named)

    def _run(self, faces: NDArray[Any]) -> NDArray[np.float32]:
        index = self._input["index"]
        with litert_errors(self.path):
            if tuple(self._input["shape"]) != faces.shape:
                self._interpreter.resize_tensor_input(index, faces.shape)
                self._interpreter.allocate_tensors()
                self._input = self._interpreter.get_input_details()[0]
            self._interpreter.set_tensor(index, faces)
            self._interpreter.invoke()
            answer = self._interpreter.get_tensor(self._output["index"])
        return _dequantise(answer, self._output)


def _quantise(faces: NDArray[np.float32], tensor: dict[str, Any]) -> NDArray[Any]:
    dtype = tensor["dtype"]
    if dtype == np.float32:
        return faces
    scale, zero = tensor["quantization"]
    limits = np.iinfo(dtype)
    return np.clip(np.round(faces / scale) + zero, limits.min, limits.max).astype(dtype)


def _dequantise(answer: NDArray[Any], tensor: dict[str, Any]) -> NDArray[np.float32]:
    if tensor["dtype"] == np.float32:
        return answer
    scale, zero = tensor["quantization"]
    return (answer.astype(np.float32) - zero) * np.float32(scale)
