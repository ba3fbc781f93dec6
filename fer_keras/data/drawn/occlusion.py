"""What gets in the way: glasses, hands, strands of hair, watermarks."""

from __future__ import annotations

import string
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.drawn.canvas import (
    Canvas,
    Numbers,
    Pixels,
    chance,
    edge,
    line,
    squared,
    uniform,
)
from fer_keras.data.drawn.identity import Identity
from fer_keras.data.face_data import FACE_SIZE

Faces = NDArray[np.int64]
"""Places of faces in the batch: those that something covers."""


@dataclass(frozen=True)
class Occlusions:
    """What covers each face of a batch, every field float32 (n, 1, 1) unless said otherwise.

    Attributes:
        glasses, shades, hand, strands: 1 where the face has it. Shades are dark glasses.
        watermark: text across each picture, "" for none; n strings.
        tone: grey of the rims.
        hand_x, hand_y: where the fingertips are, in face units.
        angle: direction of the fingers, and of the strands, in radians.
        place: two more free numbers from 0 to 1 for the watermark, float32 (2, n, 1, 1).
    """

    glasses: Numbers
    shades: Numbers
    hand: Numbers
    strands: Numbers
    watermark: list[str]
    tone: Numbers
    hand_x: Numbers
    hand_y: Numbers
    angle: Numbers
    place: Numbers


def draw_occlusions(rng: np.random.Generator, n: int, strength: float) -> Occlusions:
    """Draw what covers n faces; at strength 1 about one in three has something."""
    letters = np.array(list(string.ascii_lowercase))[rng.integers(0, 26, (n, 8))]
    marked = rng.random(n) < 0.08 * strength
    return Occlusions(
        glasses=chance(rng, n, 0.16 * strength),
        shades=chance(rng, n, 0.1),
        hand=chance(rng, n, 0.08 * strength),
        strands=chance(rng, n, 0.07 * strength),
        watermark=["".join(row) * bool(is_on) for row, is_on in zip(letters, marked, strict=True)],
        tone=uniform(rng, n, 0.02, 0.5),
        hand_x=uniform(rng, n, -0.9, 0.9),
        hand_y=uniform(rng, n, 0.0, 1.0),
        angle=uniform(rng, n, -0.6, 0.6),
        place=np.stack([uniform(rng, n, 0, 1) for _ in range(2)]),
    )


def draw_over_faces(canvas: Canvas, who: Identity, over: Occlusions) -> None:
    """Draw all that covers the faces, on those that have it."""
    for there, draw in (
        (over.glasses, _draw_glasses),
        (over.strands, _draw_strands),
        (over.hand, _draw_hand),
    ):
        faces = np.flatnonzero(there)
        if len(faces):
            part = canvas.take(faces)
            draw(part, who, over, faces)
            canvas.grey[faces] = part.grey


def _draw_glasses(canvas: Canvas, who: Identity, over: Occlusions, faces: Faces) -> None:
    """Rounded rims around both eyes, a bridge, temples; shades are filled."""
    across = (canvas.side - who.eye_gap[faces]) * (1 / 0.36)
    height = canvas.v - (who.eye_height[faces] + 0.05)
    down = height * (1 / 0.3)
    inside = 1 - squared(across * across, down * down)
    tone = over.tone[faces]
    canvas.paint(edge(inside, 0.5) * (0.85 * over.shades[faces]), tone * 0.4)
    canvas.paint(line(inside, 0.6), tone)
    canvas.paint(line(height, 0.06) * edge(-inside, 0.3) * edge(1 - canvas.side), tone)


def _draw_strands(canvas: Canvas, who: Identity, over: Occlusions, faces: Faces) -> None:
    """A fringe of slanted strands over one side of the forehead, down to the eye or cheek."""
    angle = over.angle[faces]
    slant = canvas.u + canvas.v * np.sin(angle)
    strands = np.minimum(line(_repeated(slant * 5), 0.5) * 2.5, 1)
    reach = np.minimum(slant * np.sign(angle), np.abs(angle) - canvas.v - 0.25)
    strands = strands * edge(reach, 0.15) * edge(0.95 - np.abs(canvas.x), 0.3)
    canvas.paint(strands * edge(canvas.y + 1.1, 0.3), who.hair[faces])


def _draw_hand(canvas: Canvas, who: Identity, over: Occlusions, faces: Faces) -> None:
    """Four fingers from below, side by side, with rounded tips."""
    angle = over.angle[faces]
    right = canvas.x - over.hand_x[faces]
    down = canvas.y - over.hand_y[faces]
    along = down * np.cos(angle) + right * np.sin(angle)
    across = right * np.cos(angle) - down * np.sin(angle)
    within = _repeated(across * (1 / 0.27))
    within = within * within
    # The middle fingers are longest; every tip is round.
    along = along - (across * across * 0.9 + within * 0.5)
    fingers = edge(np.minimum(along, 0.54 - np.abs(across)))
    canvas.paint(fingers, (1 - within * within * 7) * (who.skin[faces] * 0.95))


def _repeated(values: Pixels) -> Pixels:
    """From -0.5 to 0.5 between whole numbers."""
    return values - np.floor(values) - 0.5


def draw_watermarks(canvas: Canvas, over: Occlusions) -> None:
    """Half-transparent text across the picture, as agencies print it on theirs."""
    import cv2

    for face, text in enumerate(over.watermark):
        if not text:
            continue
        ink = np.zeros((FACE_SIZE, FACE_SIZE), np.uint8)
        corner = (int(over.place[0, face, 0, 0] * 6) - 2, int(8 + over.place[1, face, 0, 0] * 38))
        cv2.putText(ink, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 255, 1, cv2.LINE_AA)
        white = ink.astype(np.float32) * (0.6 / 255)
        canvas.grey[face] += (1 - canvas.grey[face]) * white
