"""Light and camera: from a painted face to grey values 0 to 255."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.drawn.canvas import Canvas, Numbers, Pixels, chance, squared, uniform
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
        return uniform(rng, n, -most, most) * strength

    return View(
        scale=18.5 + spread(2),
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
    axis = np.arange(FACE_SIZE, dtype=np.float32) - middle
    right = (axis[None, None, :] - view.right) / view.scale
    down = (axis[None, :, None] - view.down) / view.scale
    cos, sin = np.cos(view.roll), np.sin(view.roll)
    x = cos * right + sin * down
    y = cos * down - sin * right

    # The rim is kept off z = 0, where the sphere's slope would tear features apart.
    depth = np.sqrt(np.maximum(1.1 - squared(x, y * (1 / HEAD_HEIGHT)), 0.1))
    u = x * np.cos(view.yaw) - depth * np.sin(view.yaw)
    v = y - depth * np.sin(view.pitch)
    rows = np.stack([v.min(axis=(0, 2)), v.max(axis=(0, 2))])
    return Canvas(grey=np.zeros_like(u), x=x, y=y, u=u, v=v, side=np.abs(u), rows=rows)


@dataclass(frozen=True)
class Shot:
    """Light and camera of each picture of a batch, every field float32 (n, 1, 1).

    Attributes:
        light_x, light_y: by how much the light gains per face unit to the right and down.
        falloff: by how much it loses towards the rim of the head.
        exposure: factor on all tones.
        black: tone that is added to all (haze).
        blur: weight of each neighbour in a row and in a column, 0 sharp to 1/3.
        noise: standard deviation of the grain.
    """

    light_x: Numbers
    light_y: Numbers
    falloff: Numbers
    exposure: Numbers
    black: Numbers
    blur: Numbers
    noise: Numbers


def draw_shots(
    rng: np.random.Generator, n: int, lighting: float, blur: float, noise: float
) -> Shot:
    """Draw the light and camera of n pictures; strength 0 is even light and a perfect camera."""

    def spread(most: float) -> Numbers:
        return uniform(rng, n, -most, most) * lighting

    blurred = chance(rng, n, 0.5)
    return Shot(
        light_x=spread(0.35),
        light_y=spread(0.25),
        falloff=uniform(rng, n, 0.1, 0.35),
        exposure=uniform(rng, n, -0.35, 0.1) * lighting + 1,
        black=uniform(rng, n, 0, 0.12) * lighting,
        blur=blurred * uniform(rng, n, 0.05, 0.25) * blur,
        noise=uniform(rng, n, 0.0, 0.022) * noise,
    )


def light(canvas: Canvas, shot: Shot, face: Pixels) -> None:
    """Light the scene: a gradient over the picture, and a face that turns away at its rim.

    Args:
        canvas: is lit in place.
        shot: the light.
        face: float32 (n, 48, 48), 1 on the face and 0 elsewhere.
    """
    field = np.clip(canvas.x * shot.light_x + canvas.y * shot.light_y + 1, 0.25, 1.9)
    field = field * shot.exposure
    aside = canvas.x * canvas.x
    field = field - aside * aside * face * shot.falloff * field
    canvas.grey[...] = canvas.grey * field + shot.black


def take(canvas: Canvas, shot: Shot, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Blur, add grain and round.

    Returns:
        uint8 (n, 48, 48, 1), 0 black to 255 white.
    """
    grey = canvas.grey
    for axis in (1, 2):
        grey = _blur(grey, shot.blur, axis)
    grain = rng.standard_normal(grey.shape, np.float32) * shot.noise
    return np.clip((grey + grain) * 255 + 0.5, 0, 255).astype(np.uint8)[..., None]


def _blur(grey: Pixels, weight: Numbers, axis: int) -> Pixels:
    """Mix each pixel with its two neighbours along an axis; the border repeats."""
    first, last = np.take(grey, [0], axis), np.take(grey, [-1], axis)
    padded = np.concatenate([first, grey, last], axis)
    size = grey.shape[axis]
    before = (slice(None),) * axis + (slice(0, size),)
    after = (slice(None),) * axis + (slice(2, size + 2),)
    return (padded[before] + padded[after] - 2 * grey) * weight + grey
