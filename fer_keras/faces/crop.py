"""Cutting a face out of a photo, framed as FER2013's are, and making it a 48x48 grey picture.

**Frame.** FER2013's pictures reach from above the hair line to the chin; BlazeFace's box from the
brows to the chin. So the square is larger than the box and lies higher. By how much was measured:
`fer-keras benchmark crop` finds FER2013's own faces with both detectors and asks which square gives
their frame back (medians), and what other squares cost in accuracy. `results/crop/` has its table.

The same algorithm stands in `mobile_demo/`; `tests/vectors/crop.json` holds both to it.

**Grey.** ITU-R BT.601 in whole numbers, as OpenCV computes it:
`(9798 R + 19235 G + 3735 B + 16384) >> 15`.

**Sampling.** The square is divided into 48 x 48 cells and every cell into k x k, where k is the
side of the square in pixels over 48, rounded up: neighbouring samples are never more than a pixel
apart, so that nothing of a large face is skipped. Each sample is bilinear between the centres of
the four pixels around it; beyond the picture its edge pixels repeat. A cell's value is the mean of
its samples, rounded half up. All of it in double precision.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import DEFAULT_DETECTOR, Detector, Face
from fer_keras.face_pixels import FACE_SIZE

SAMPLES_AT_ONCE = 1 << 18
"""For a rotated square: bounds the memory that a large face takes."""


@dataclass(frozen=True)
class Square:
    """A square in a picture, in pixels of it; the first pixel covers 0 to 1.

    Attributes:
        x, y: the centre.
        side: greater than 0.
        angle: radians by which the square is turned, clockwise as seen (y points down).
    """

    x: float
    y: float
    side: float
    angle: float = 0.0


def to_grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey of a picture (height, width, 3), red, green, blue: (height, width)."""
    import cv2

    grey: NDArray[np.uint8] = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return grey


def cut_face(grey: NDArray[np.uint8], square: Square, size: int = FACE_SIZE) -> NDArray[np.uint8]:
    """Resample a square of a picture.

    Args:
        grey: (height, width), 0 to 255.
        square: what to cut out; it may reach beyond the picture.
        size: side of the result, in pixels.

    Returns:
        uint8, (size, size).
    """
    values = _cut_level(grey, square, size) if square.angle == 0 else _cut(grey, square, size)
    return np.floor(values + 0.5).astype(np.uint8)


def _subdivision(square: Square, size: int) -> int:
    return max(1, math.ceil(square.side / size))


def _offsets(square: Square, size: int) -> NDArray[np.float64]:
    """Where the samples lie along a side, in pixels from the square's centre."""
    samples = size * _subdivision(square, size)
    return ((np.arange(samples) + 0.5) / samples - 0.5) * square.side


def _cut_level(grey: NDArray[np.uint8], square: Square, size: int) -> NDArray[np.float64]:
    """A square that is not turned: the same means, axis by axis, in a tenth of the time."""
    offsets = _offsets(square, size)
    reach = np.floor(square.x + offsets[[0, -1]] - 0.5) + np.array([0, 1])
    first, last = (int(column) for column in np.clip(reach, 0, grey.shape[1] - 1))
    rows = _mean_along(grey[:, first : last + 1], square.y + offsets, size)
    return _mean_along(rows.T, square.x + offsets - first, size).T


def _mean_along(
    values: NDArray[Any], positions: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """Means of bilinear samples of the rows: (n, m) becomes (size, m)."""
    before, fraction = (part.reshape(size, -1, 1) for part in _neighbours(positions))
    last = len(values) - 1
    lower, upper = np.clip(before[..., 0], 0, last), np.clip(before[..., 0] + 1, 0, last)
    # Not a matrix product: BLAS would start threads for it, and wait for them on a busy machine.
    total = np.zeros((size, values.shape[1]))
    for sample in range(before.shape[1]):
        share = fraction[:, sample]
        total += values[lower[:, sample]] * (1 - share) + values[upper[:, sample]] * share
    return total / before.shape[1]


def _cut(grey: NDArray[np.uint8], square: Square, size: int) -> NDArray[np.float64]:
    k = _subdivision(square, size)
    offsets = _offsets(square, size)
    cosine, sine = math.cos(square.angle), math.sin(square.angle)
    result = np.empty((size, size))
    step = max(1, SAMPLES_AT_ONCE // (k * len(offsets)))
    for start in range(0, size, step):
        down = offsets[start * k : (start + step) * k, None]
        samples = _bilinear(
            grey,
            square.x + offsets * cosine - down * sine,
            square.y + offsets * sine + down * cosine,
        )
        result[start : start + step] = samples.reshape(-1, k, size, k).mean(axis=(1, 3))
    return result


def _bilinear(
    grey: NDArray[np.uint8], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    height, width = grey.shape
    left, across = _neighbours(x)
    above, down = _neighbours(y)
    columns = [np.clip(left + step, 0, width - 1) for step in (0, 1)]
    rows = [np.clip(above + step, 0, height - 1) * width for step in (0, 1)]
    flat = grey.ravel()  # one index is looked up in half the time of two
    upper, lower = (
        flat.take(row + columns[0]) * (1 - across) + flat.take(row + columns[1]) * across
        for row in rows
    )
    return upper * (1 - down) + lower * down


def _neighbours(positions: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The pixel whose centre lies before each position, and how far on to the next it is."""
    before = np.floor(positions - 0.5)
    return before.astype(np.int64), positions - 0.5 - before


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
