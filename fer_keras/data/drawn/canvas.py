"""Pictures of a batch of faces under the brush, and the brush strokes.

All shapes are drawn by formula, for all faces of the batch and all pixels at once: a stroke is a
distance in face coordinates, turned into a coverage from 0 to 1 whose edge is a pixel soft.
Strokes end: their coverage is exactly 0 away from them, so a band of rows is all they need.

All numbers are float32: NumPy computes an array with a Python number in the array's own type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# NumPy's types lose the width in arithmetic of arrays with np.float32; a test holds all to float32.
Numbers = NDArray[np.floating[Any]]
"""One number a face, float32 (n, 1, 1)."""


def uniform(rng: np.random.Generator, n: int, low: float, high: float) -> Numbers:
    """Float32 (n, 1, 1) from [low, high)."""
    return (low + (high - low) * rng.random((n, 1, 1), np.float32)).astype(np.float32)


def chance(rng: np.random.Generator, n: int, share: float) -> Numbers:
    """Float32 (n, 1, 1), 1 in this share of faces and 0 in the others."""
    return (rng.random((n, 1, 1), np.float32) < share).astype(np.float32)


Pixels = NDArray[np.floating[Any]]
"""One number a pixel, float32 (n, rows, 48)."""

SOFT = np.float32(0.06)
"""Width of a soft edge in face units: about a pixel, as a face is some 17 pixels to a unit."""


@dataclass(frozen=True)
class Canvas:
    """Grey pictures and, for each pixel, where it lies on the face.

    Attributes:
        grey: what is painted so far, 0 black to 1 white; strokes change it in place.
        x, y: on the head as the camera sees it: 0 in its middle, x to the right, y down,
            1 = half the width of a head.
        u, v: the same on the turned face, where the features are: u = 0 runs down the nose.
        side: |u|, as what is on both sides of the face is drawn once.
        rows: float32 (2, rows), the least and the greatest v in each row over all faces.
    """

    grey: Pixels
    x: Pixels
    y: Pixels
    u: Pixels
    v: Pixels
    side: Pixels
    rows: NDArray[np.floating[Any]]

    def band(self, top: float, bottom: float) -> Canvas:
        """The rows of pixels in which top <= v <= bottom for some face, as views."""
        inside = np.flatnonzero((self.rows[1] >= top) & (self.rows[0] <= bottom))
        cut = slice(inside[0], inside[-1] + 1) if len(inside) else slice(0, 0)
        return Canvas(*(field[:, cut] for field in vars(self).values()))

    def take(self, faces: NDArray[np.int64]) -> Canvas:
        """Some faces of the batch, as copies."""
        kept = {name: field[faces] for name, field in vars(self).items() if name != "rows"}
        return Canvas(**kept, rows=self.rows)

    def paint(self, coverage: Pixels, tone: Numbers | Pixels) -> None:
        """Lay an opaque tone where the coverage is 1."""
        self.grey[...] += (tone - self.grey) * coverage

    def shade(self, coverage: Pixels, amount: Numbers | float) -> None:
        """Darken by the share `amount` (lighten if negative)."""
        self.grey[...] -= coverage * amount * self.grey


def edge(distance: Pixels, soft: float | np.float32 = SOFT) -> Pixels:
    """Coverage of what lies where `distance` > 0."""
    return np.clip(distance * (1 / soft) + 0.5, 0, 1)


def line(distance: Pixels, half_width: Numbers | float) -> Pixels:
    """Coverage of a soft line along `distance` = 0."""
    return np.maximum(np.abs(distance) / -half_width + 1, 0)


def hill(
    across: Pixels, down: Pixels, half_width: Numbers | float, half_height: Numbers | float
) -> Pixels:
    """Coverage of a soft round spot: 1 in its middle, 0 from its ellipse outwards."""
    inside = np.maximum(1 - squared(across * (1 / half_width), down * (1 / half_height)), 0)
    return inside * inside


def squared(x: Pixels, y: Pixels) -> Pixels:
    """The square of the distance from (0, 0)."""
    return x * x + y * y
