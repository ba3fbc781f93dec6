"""The one object for anything that names faces: a shipped name, a run, a file of any format.

An exported `.tflite` file is run by LiteRT and numpy alone: importing this takes a fraction of a
second, and TensorFlow and Keras are never loaded for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.face_pixels import GREY_WEIGHTS
from fer_keras.models.model_file import DEFAULT_MODEL, ModelLike, find_model, read_labels

UNSURE = "unsure"
"""Said in place of a label where the greatest probability is below the caller's limit."""


@dataclass(frozen=True)
class Classification:
    """What a model says of one face.

    Attributes:
        label: the most probable class, or `UNSURE`.
        probability: of the most probable class.
        probabilities: of every class, in the order of the model's labels.
    """

    label: str
    probability: float
    probabilities: dict[str, float]


def fit_pixels(images: NDArray[Any], height: int, width: int, channels: int) -> NDArray[np.float32]:
    """Bring pictures into a model's shape.

    Args:
        images: uint8 or float, values 0 to 255; (height, width), (height, width, channels) or
            (n, height, width[, channels]), with 1 (grey) or 3 (red, green, blue) channels.
        height: of the model's input, in pixels.
        width: of the model's input, in pixels.
        channels: 1 or 3. Colour becomes grey by `GREY_WEIGHTS`, rounded as a camera's grey is.

    Returns:
        float32, (n, height, width, channels), 0 to 255.

    Raises:
        InputError: if the shape is none of these, a value is not from 0 to 255, or floats end
            at 1.
    """
    faces = np.asarray(images)
    if faces.dtype.kind not in "uif":
        raise InputError(f"a picture of type {faces.dtype}; give uint8 or float, 0 to 255")
    if faces.ndim == 2 or (faces.ndim == 3 and faces.shape[0] == height and faces.shape[2] <= 4):
        faces = faces[None]
    if faces.ndim == 3:
        faces = faces[..., None]
    if faces.ndim != 4 or faces.shape[1:3] != (height, width) or faces.shape[3] not in (1, 3):
        raise InputError(
            f"a picture of shape {np.shape(images)} does not fit; give {height}x{width} pixels, "
            "grey or RGB, one or a batch"
        )
    whole = faces.dtype.kind in "ui"
    faces = faces.astype(np.float32)
    if not whole and faces.size and faces.max() <= 1:
        raise InputError(
            "float pictures with a maximum of 1 or less: give values from 0 to 255, not divided "
            "by 255"
        )
    if faces.size and not (faces.min() >= 0 and faces.max() <= 255):  # false for NaN, too
        raise InputError("pixel values must lie between 0 and 255")
    if faces.shape[3] == 3 and channels == 1:
        return np.round(faces @ np.array(GREY_WEIGHTS, np.float32))[..., None]
    if faces.shape[3] == 1 and channels == 3:
        return np.repeat(faces, 3, axis=3)
    return faces


SUM_TOLERANCE = 0.05
"""How far probabilities may be from 1 together: int8 rounds each of seven or more to 1/256."""


class Network(Protocol):
    """What runs a file: one for each format.

    Attributes:
        height, width, channels: of the pictures that it takes.
    """

    height: int
    width: int
    channels: int

    def __call__(self, faces: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answers, (n, classes), for faces (n, height, width, channels), 0 to 255; n may be 0."""


class Classifier:
    """Anything that names faces, ready to run. Use one in one thread at a time.

    Examples:
        >>> import numpy as np
        >>> classifier = Classifier("mobile-s")
        >>> classifier.probabilities(np.zeros((2, 48, 48), np.uint8)).shape
        (2, 7)

    Args:
        model: a shipped model's name (`mobile-s`: its int8 file; `mobile-s-float16`), a run or its
            folder (its best epoch), or a `.keras`, `.tflite` or `.onnx` file.
        threads: processor threads of a `.tflite` or `.onnx` file.

    Attributes:
        path: the file.
        labels: class names, in the order of the probabilities.

    Raises:
        InputError: if there is no such model, or its file is damaged or no classifier of faces.
    """

    def __init__(self, model: ModelLike = DEFAULT_MODEL, threads: int = 1) -> None:
        self.path = find_model(model)
        self.labels = read_labels(self.path)
        self._threads = threads
        if self.path.suffix != ".keras":  # that takes seconds to load: at the first face
            _ = self._network

    def __fspath__(self) -> str:
        """Its file: a classifier is good wherever a model is asked for."""
        return str(self.path)

    def __repr__(self) -> str:
        return f"Classifier({str(self.path)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy, in another process, say, opens the file again."""
        return Classifier, (self.path.absolute(), self._threads)

    @cached_property
    def sha256(self) -> str:
        """Hash of the file, in hex."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @property
    def height(self) -> int:
        """Of the pictures that the file takes, in pixels."""
        return self._network.height

    @property
    def width(self) -> int:
        """Of the pictures that the file takes, in pixels."""
        return self._network.width

    @property
    def channels(self) -> int:
        """Of the pictures that the file takes; this class takes both grey and RGB anyway."""
        return self._network.channels

    def probabilities(
        self, images: NDArray[Any], labels: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """The probability of every class for every face.

        Args:
            images: uint8 or float, values 0 to 255; (height, width), (height, width, channels) or
                (n, height, width[, channels]), with 1 (grey) or 3 (red, green, blue) channels.
            labels: the order in which the classes are wanted; None: the model's own.

        Returns:
            float32, (n, classes); n is 1 for a single picture.

        Raises:
            InputError: if the shape is none of these, a value is not from 0 to 255, `labels` are
                not the model's, or the file does not give probabilities.
        """
        order = slice(None) if labels is None else self._order(labels)
        network = self._network
        answers = network(fit_pixels(images, network.height, network.width, network.channels))
        self._check(answers)
        return answers[:, order]

    def classify(self, images: NDArray[Any], abstain_below: float = 0.0) -> list[Classification]:
        """The most probable class of every face.

        Args:
            images: one or a batch, as for `probabilities`; errors too.
            abstain_below: greatest probability below which the label is `unsure`.

        Returns:
            One for each face; of a single picture a list of one.
        """
        return [self.name_face(row, abstain_below) for row in self.probabilities(images)]

    def name_face(
        self, probabilities: NDArray[np.floating[Any]], abstain_below: float = 0.0
    ) -> Classification:
        """What one row of `probabilities` says."""
        named = dict(zip(self.labels, probabilities.tolist(), strict=True))
        label = max(named, key=named.__getitem__)
        sure = named[label] >= abstain_below
        return Classification(label if sure else UNSURE, named[label], named)

    @cached_property
    def _network(self) -> Network:
        if self.path.suffix == ".tflite":
            from fer_keras.models.litert import LiteRTNetwork

            return LiteRTNetwork(self.path, len(self.labels), self._threads)
        if self.path.suffix == ".onnx":
            from fer_keras.models.onnx_file import OnnxNetwork

            return OnnxNetwork(self.path, len(self.labels), self._threads)
        from fer_keras.models.keras_file import KerasNetwork

        return KerasNetwork(self.path)

    def _order(self, labels: Sequence[str]) -> list[int]:
        if sorted(self.labels) != sorted(labels):
            raise InputError(
                f"{self.path}: its labels are {', '.join(self.labels)}, the data's are "
                f"{', '.join(labels)}; evaluate it on data with its own labels"
            )
        return [self.labels.index(label) for label in labels]

    def _check(self, answers: NDArray[np.float32]) -> None:
        """Refuse NaN and logits: printed as probabilities, they would look like answers."""
        if not np.isfinite(answers).all():
            raise InputError(f"{self.path}: gives numbers that are none (nan); train it again")
        sums = answers.sum(1)
        if answers.size and not (
            answers.min() >= -SUM_TOLERANCE and np.abs(sums - 1).max() <= SUM_TOLERANCE
        ):
            raise InputError(
                f"{self.path}: gives no probabilities (one face's sum to {sums[0]:.3g}); end the "
                "model in a softmax"
            )
