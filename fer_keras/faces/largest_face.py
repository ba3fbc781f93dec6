"""The face of a portrait: found and cut out as the models want it."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import DEFAULT_DETECTOR, Detector
from fer_keras.faces.crop import cut_face, to_grey
from fer_keras.faces.framing import FRAMINGS, frame_face


class LargestFace:
    """Cuts the largest face out of each picture. Threads may share one."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def __call__(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
        """The largest face in a picture.

        Args:
            picture: (height, width, 3), red, green, blue.

        Returns:
            uint8, (48, 48), framed as `Recognizer` frames faces; None where there is none.
        """
        faces = self._detector().detect(picture)
        if not faces:
            return None
        largest = max(faces, key=lambda face: max(face.width, face.height))
        square = frame_face(largest, FRAMINGS[DEFAULT_DETECTOR], upright=largest.is_lying)
        return cut_face(to_grey(picture), square)

    def _detector(self) -> Detector:
        if not hasattr(self._of_thread, "detector"):
            self._of_thread.detector = Detector()
        detector: Detector = self._of_thread.detector
        return detector
