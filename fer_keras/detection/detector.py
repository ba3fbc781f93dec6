"""BlazeFace, run by LiteRT."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.anchors import make_anchors
from fer_keras.detection.decoding import decode
from fer_keras.detection.face import Face
from fer_keras.detection.letterbox import letterbox
from fer_keras.detection.suppression import suppress_weighted
from fer_keras.errors import InputError
from fer_keras.models.interpreter import open_interpreter


@dataclass(frozen=True)
class DetectorModel:
    """One of BlazeFace's files, and how its outputs are laid out."""

    file: str
    input_size: int
    strides: tuple[int, ...]
    anchors_per_stride: int


DETECTOR_MODELS = {
    "short": DetectorModel("face_detection_short_range.tflite", 128, (8, 16, 16, 16), 2),
    "full": DetectorModel("face_detection_full_range.tflite", 192, (4,), 1),
}
"""`short` is for faces within about 2 m (selfies, desks), `full` for those within about 5 m."""

MIN_SCORE = 0.5
"""MediaPipe's."""
MAX_OVERLAP = 0.3
"""MediaPipe's."""


class Detector:
    """BlazeFace, ready to run. Use one in one thread at a time.

    Args:
        name: `short` or `full`, a key of `DETECTOR_MODELS`.
        threads: processor threads to run on.

    Raises:
        InputError: if there is no such model.
    """

    def __init__(self, name: str = "short", threads: int = 1) -> None:
        if name not in DETECTOR_MODELS:
            raise InputError(f"detector {name}: take one of {', '.join(DETECTOR_MODELS)}")
        model = DETECTOR_MODELS[name]
        self.input_size = model.input_size
        self._anchors = make_anchors(model.input_size, model.strides, model.anchors_per_stride)
        path = Path(__file__).with_name("models") / model.file
        self._interpreter = open_interpreter(path, threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = {
            int(tensor["shape"][-1]): tensor["index"]
            for tensor in self._interpreter.get_output_details()
        }
        self._regressors, self._logits = outputs[16], outputs[1]

    def detect(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces in a picture, the surest first.

        Args:
            picture: (height, width, 3), red, green, blue.

        Raises:
            InputError: if it is not such a picture.
        """
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            raise InputError(
                f"a picture of shape {picture.shape} and type {picture.dtype}; give uint8, "
                "(height, width, 3)"
            )
        if not picture.size:
            raise InputError(f"a picture of shape {picture.shape} is empty")
        boxed = letterbox(picture, self.input_size)
        regressors, logits = self._run(boxed.pixels)
        points, scores = decode(regressors, logits, self._anchors, self.input_size, MIN_SCORE)
        points, scores = suppress_weighted(points, scores, MAX_OVERLAP)
        return [
            _to_face(points, float(score))
            for points, score in zip(boxed.to_picture(points).tolist(), scores, strict=True)
        ]

    def _run(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The raw outputs: regressors (anchors, 16) and logits (anchors,)."""
        scaled = pixels[None] * np.float32(2 / 255) - np.float32(1)
        self._interpreter.set_tensor(self._input, scaled)
        self._interpreter.invoke()
        regressors = self._interpreter.get_tensor(self._regressors)[0]
        return regressors, self._interpreter.get_tensor(self._logits)[0, :, 0]


def _to_face(points: list[list[float]], score: float) -> Face:
    (left, top), (right, bottom), *keypoints = points
    return Face(left, top, right, bottom, score, tuple((x, y) for x, y in keypoints))
