"""A classifier for exported models: LiteRT and numpy, nothing else.

Importing this takes a fraction of a second; TensorFlow and Keras are never loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.model_file import read_labels

GREY_WEIGHTS = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""BT.601: how much red, green and blue make of grey."""


@dataclass(frozen=True)
class Classification:
    """What a model says of one face.

    Attributes:
        label: the most probable class.
        probability: its probability.
        probabilities: of every class, in the order of the model's labels.
    """

    label: str
    probability: float
    probabilities: dict[str, float]


class Classifier:
    """An exported `.tflite` file, ready to run.

    Args:
        path: a file that `fer-keras export` made, in any of its formats.
        threads: processor threads to run on.

    Raises:
        InputError: if the file is missing, damaged, or not a classifier of single faces.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.path = Path(path)
        self.labels = read_labels(self.path)
        try:
            self._interpreter = Interpreter(model_path=str(self.path), num_threads=threads)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise InputError(f"{self.path}: LiteRT can't run it ({reason[:200]})") from error
        inputs, outputs = (
            self._interpreter.get_input_details(),
            self._interpreter.get_output_details(),
        )
        if len(inputs) != 1 or len(outputs) != 1:
            raise InputError(
                f"{self.path}: {len(inputs)} inputs and {len(outputs)} outputs; a classifier of "
                "faces has one of each"
            )
        self._input, self._output = inputs[0], outputs[0]
        shape, classes = tuple(self._input["shape"]), int(self._output["shape"][-1])
        if len(shape) != 4 or shape[0] != 1 or shape[3] not in (1, 3):
            raise InputError(
                f"{self.path}: its input is {'x'.join(map(str, shape))}; expected one grey or "
                "colour picture (1xHEIGHTxWIDTHx1 or x3)"
            )
        if classes != len(self.labels):
            raise InputError(f"{self.path}: {classes} outputs but {len(self.labels)} labels")
        self.height, self.width, self.channels = shape[1:]

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
        faces = self._faces(images)
        scale, zero = self._input["quantization"]
        dtype = self._input["dtype"]
        if np.issubdtype(dtype, np.integer):
            limits = np.iinfo(dtype)
            faces = np.clip(np.round(faces / scale) + zero, limits.min, limits.max)
        faces = faces.astype(dtype)
        answers = np.empty((len(faces), len(self.labels)), dtype=np.float32)
        for index in range(len(faces)):
            self._interpreter.set_tensor(self._input["index"], faces[index : index + 1])
            self._interpreter.invoke()
            answers[index] = self._answer()
        return answers

    def classify(self, image: NDArray[Any]) -> Classification:
        """The most probable class of one face. Argument and errors as for `probabilities`."""
        answers = self.probabilities(image)
        if len(answers) != 1:
            raise InputError(f"classify takes one face, not {len(answers)}; use probabilities")
        named = dict(zip(self.labels, map(float, answers[0]), strict=True))
        label = max(named, key=named.__getitem__)
        return Classification(label, named[label], named)

    def _answer(self) -> NDArray[np.float32]:
        answer = self._interpreter.get_tensor(self._output["index"])[0]
        if not np.issubdtype(answer.dtype, np.integer):
            return np.asarray(answer, dtype=np.float32)
        scale, zero = self._output["quantization"]
        return np.asarray((answer.astype(np.float32) - zero) * scale, dtype=np.float32)

    def _faces(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """(n, height, width, channels) as the model has them, float32."""
        faces = np.asarray(images)
        if faces.ndim == 2 or (faces.ndim == 3 and faces.shape[-1] in (1, 3)):
            faces = faces[None]
        if faces.ndim == 3:
            faces = faces[..., None]
        size = (self.height, self.width)
        if faces.ndim != 4 or faces.shape[1:3] != size or faces.shape[3] not in (1, 3):
            raise InputError(
                f"a picture of shape {tuple(np.shape(images))} does not fit; give "
                f"{self.height}x{self.width} pixels, grey or colour, one or a batch"
            )
        faces = faces.astype(np.float32)
        if faces.size and not (faces.min() >= 0 and faces.max() <= 255):
            raise InputError("pixel values must lie between 0 and 255")
        if faces.shape[3] == 3 and self.channels == 1:
            return np.round(faces @ GREY_WEIGHTS)[..., None]
        if faces.shape[3] == 1 and self.channels == 3:
            return np.repeat(faces, 3, axis=3)
        return faces
