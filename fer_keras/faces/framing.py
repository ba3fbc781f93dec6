"""Which square of a photo to cut out for a face, so that it lies there as FER2013's faces do.

FER2013's pictures reach from above the hair line to the chin; BlazeFace's box from the brows to the
chin. So the square is larger than the box and lies higher. By how much was measured: `fer-keras
benchmark crop` finds FER2013's own faces with both detectors and asks which square gives their
frame back (medians), and what other squares cost in accuracy. `results/crop/` has its table.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import DEFAULT_DETECTOR, Detector
from fer_keras.detection.face import Face
from fer_keras.faces.crop import Square, cut_face, to_grey


@dataclass(frozen=True)
class Framing:
    """How a square lies on a detector's box.

    Attributes:
        scale: side of the square, in sides of the box (the longer one, should they differ).
        rise: how far the square's centre lies above the box's, in sides of the box.
    """

    scale: float
    rise: float


_SHORT = Framing(1.17, 0.09)
FRAMINGS = {"auto": _SHORT, "short": _SHORT, "full": Framing(1.13, 0.04)}
"""By the detector's name: the two networks draw their boxes differently; `auto`'s boxes are the
short range's."""


def frame_face(face: Face, framing: Framing, upright: bool = False) -> Square:
    """The square to cut out.

    Args:
        face: as found.
        framing: of the detector that found it.
        upright: turn the square with the line between the eyes, so that tilted heads come out
            straight. "Above" then means above in the turned picture.
    """
    side = max(face.width, face.height)
    x, y = face.centre
    angle = face.roll if upright else 0.0
    rise = framing.rise * side
    return Square(
        x + rise * math.sin(angle), y - rise * math.cos(angle), framing.scale * side, angle
    )


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
