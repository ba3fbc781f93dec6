"""Where the camera stands: from pixels to face coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_keras.data.drawn.canvas import Canvas
from fer_keras.data.drawn.random_numbers import Numbers, uniform
from fer_keras.data.face_data import FACE_SIZE

HEAD_HEIGHT = np.float32(1.35)
"""Half the height of a head for a half width of 1."""


@dataclass(frozen=True)
class View:
    """Pose of each head before the camera, every field float32 (n, 1, 1).

    Attributes:
        scale: half the width of the head in pixels.
        right, down: offset of the head from the middle of the picture in pixels.
        roll: tilt towards a shoulder in radians.
        yaw: turn to the side in radians.
        pitch: nod in radians.
    """

    scale: Numbers
    right: Numbers
    down: Numbers
    roll: Numbers
    yaw: Numbers
    pitch: Numbers


def draw_views(rng: np.random.Generator, n: int, strength: float) -> View:
    """Draw n poses; at strength 0 all look straight ahead, at 1 up to 17 degrees aside."""

    def spread(most: float) -> Numbers:
        return uniform(rng, n, -most, most) * np.float32(strength)

    return View(
        scale=np.float32(18.5) + spread(2),
        right=spread(2),
        down=spread(2),
        roll=spread(0.18),
        yaw=spread(0.3),
        pitch=spread(0.12),
    )


def canvas_of(view: View) -> Canvas:
    """A blank canvas with the coordinates of every pixel on each head.

    The head is an ellipsoid: turning it moves features across it and foreshortens them.
    """
    middle = (FACE_SIZE - 1) / 2
    axis = np.arange(FACE_SIZE, dtype=np.float32) - np.float32(middle)
    right = (axis[None, None, :] - view.right) / view.scale
    down = (axis[None, :, None] - view.down) / view.scale
    cos, sin = np.cos(view.roll), np.sin(view.roll)
    x = cos * right + sin * down
    y = cos * down - sin * right

    depth = x * x
    tall = y * (1 / HEAD_HEIGHT)
    depth += tall * tall
    # The rim is kept off z = 0, where the sphere's slope would tear features apart.
    np.subtract(1.1, depth, out=depth)
    np.maximum(depth, np.float32(0.1), out=depth)
    np.sqrt(depth, out=depth)
    u = x * np.cos(view.yaw) - depth * np.sin(view.yaw)
    v = y - depth * np.sin(view.pitch)
    rows = np.stack([v.min(axis=(0, 2)), v.max(axis=(0, 2))])
    return Canvas(grey=np.zeros_like(u), x=x, y=y, u=u, v=v, side=np.abs(u), rows=rows)
