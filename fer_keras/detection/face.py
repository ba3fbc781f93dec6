"""A face that was found in a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Face:
    """A face that was found in a picture.

    Coordinates are in pixels of the picture, x to the right and y down, and continuous: the first
    pixel covers 0 to 1. They may lie outside the picture where a face does.

    Attributes:
        left, top, right, bottom: the box, from the brows to the chin.
        score: how sure the detector is, 0 to 1.
        keypoints: the eye on the picture's left, the eye on its right, nose tip, mouth, the ear on
            the left, the ear on the right.
    """

    left: float
    top: float
    right: float
    bottom: float
    score: float
    keypoints: tuple[Point, ...]

    @property
    def width(self) -> float:
        """Of the box, in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Of the box, in pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """Of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def roll(self) -> float:
        """Of the line from the first eye to the second, in radians, clockwise as seen."""
        (left_x, left_y), (right_x, right_y) = self.keypoints[:2]
        return math.atan2(right_y - left_y, right_x - left_x)

    @property
    def is_lying(self) -> bool:
        """Whether the head lies on its side or is upside down: turned by more than 45 degrees."""
        return abs(self.roll) > math.pi / 4
