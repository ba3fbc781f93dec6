"""Fitting a picture of any shape into a model's square input, without distorting it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Letterbox:
    """A picture in the middle of a black square, and the way back.

    Attributes:
        pixels: uint8, (size, size, 3).
        offset_x, offset_y: of the picture's corner in the square, in pixels of the square.
        scale_x, scale_y: pixels of the picture per pixel of the square.
    """

    pixels: NDArray[np.uint8]
    offset_x: float
    offset_y: float
    scale_x: float
    scale_y: float

    def to_picture(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """Points (…, 2), x and y from 0 to 1 over the square, in pixels of the picture."""
        in_square = points.astype(np.float64) * self.pixels.shape[0]
        return (in_square - (self.offset_x, self.offset_y)) * (self.scale_x, self.scale_y)


def letterbox(picture: NDArray[np.uint8], size: int) -> Letterbox:
    """Fit `picture` into a square.

    Defined so that it can be written again elsewhere:

    1. The longer side becomes `size`; the other is scaled alike and rounded (half up), at least 1.
    2. Shrinking takes the area average: the value of a pixel is the mean of the picture over the
       rectangle that it covers, pixels covered in part counting in part. Enlarging is bilinear
       between pixel centres, the picture's edge repeated. Values are rounded.
    3. The result lies in the middle; an odd pixel goes below or to the right. The rest is 0.

    Args:
        picture: (height, width, 3).
        size: side of the square, in pixels.
    """
    height, width = picture.shape[:2]
    longer = max(width, height)
    new_width = max(1, math.floor(width * size / longer + 0.5))
    new_height = max(1, math.floor(height * size / longer + 0.5))
    x, y = (size - new_width) // 2, (size - new_height) // 2
    pixels = np.zeros((size, size, 3), np.uint8)
    pixels[y : y + new_height, x : x + new_width] = resize(
        picture, new_width, new_height, shrinks=longer > size
    )
    return Letterbox(pixels, x, y, width / new_width, height / new_height)


def resize(
    picture: NDArray[np.uint8], width: int, height: int, *, shrinks: bool
) -> NDArray[np.uint8]:
    """Shrink a picture by area average, or enlarge it bilinearly, as `letterbox` says."""
    import cv2

    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    resized: NDArray[np.uint8] = cv2.resize(picture, (width, height), interpolation=method)
    return resized
