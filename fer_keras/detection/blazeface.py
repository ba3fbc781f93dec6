"""One of BlazeFace's two networks, run by LiteRT."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.anchors import make_anchors
from fer_keras.detection.decoding import decode
from fer_keras.detection.face import Face
from fer_keras.detection.letterbox import Letterbox, letterbox
from fer_keras.detection.suppression import suppress_weighted
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


_MIRRORED = [0, 1, 3, 2, 4, 5, 7, 6]
"""The order of corners and key points in a mirrored face: eyes and ears change places."""


class BlazeFace:
    """One network, ready to run. Use one in one thread at a time.

    Args:
        name: `short` or `full`, a key of `DETECTOR_MODELS`.
        threads: processor threads to run on.
    """

    def __init__(self, name: str, threads: int = 1) -> None:
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
        """The faces in a picture (height, width, 3), red, green, blue; the surest first."""
        return self.detect_in(letterbox(picture, self.input_size))

    def detect_in(
        self, boxed: Letterbox, *, mirrored: bool = False, quarters: int = 0
    ) -> list[Face]:
        """The faces in a square of the network's size, in pixels of the picture behind it.

        Args:
            boxed: the square.
            mirrored: look at its mirror image instead; the faces are mirrored back.
            quarters: turn it by so many quarters counterclockwise first; boxes and key points are
                turned back, and keep the names that they have on the upright face.
        """
        pixels = np.rot90(boxed.pixels, quarters)
        if mirrored:
            pixels = pixels[:, ::-1]
        regressors, logits = self._run(pixels)
        points, scores = decode(regressors, logits, self._anchors, self.input_size, MIN_SCORE)
        points, scores = suppress_weighted(points, scores, MAX_OVERLAP)
        if mirrored:
            points = points[:, _MIRRORED]
            points[..., 0] = 1 - points[..., 0]
            points[:, :2, 0] = points[:, 1::-1, 0]
        for _ in range(quarters):
            points = np.stack([1 - points[..., 1], points[..., 0]], axis=-1)
            points[:, :2] = np.sort(points[:, :2], axis=1)
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
