"""What gets in the way: glasses, hands, strands of hair, watermarks."""

from __future__ import annotations

import string
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.drawn.canvas import Canvas, Numbers, chance, edge, line, uniform
from fer_keras.data.drawn.identity import Identity
from fer_keras.data.face_data import FACE_SIZE


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
    faces = np.flatnonzero(over.glasses)
    if len(faces):
        part = canvas.take(faces)
        _draw_glasses(part, who.eye_gap[faces], who.eye_height[faces], over, faces)
        canvas.grey[faces] = part.grey
    faces = np.flatnonzero(over.strands)
    if len(faces):
        part = canvas.take(faces)
        _draw_strands(part, who.hair[faces], over.angle[faces])
        canvas.grey[faces] = part.grey
    faces = np.flatnonzero(over.hand)
    if len(faces):
        part = canvas.take(faces)
        _draw_hand(part, who.skin[faces], over, faces)
        canvas.grey[faces] = part.grey


def _draw_glasses(
    canvas: Canvas, gap: Numbers, height: Numbers, over: Occlusions, faces: NDArray[np.int64]
) -> None:
    """Rounded rims around both eyes, a bridge, temples; shades are filled."""
    across = canvas.side - gap
    across *= np.float32(1 / 0.36)
    down = canvas.v - (height + np.float32(0.05))
    bar = line(down.copy(), 0.06)
    down *= np.float32(1 / 0.3)
    across *= across
    across *= across
    down *= down
    down *= down
    across += down
    inside = 1 - across
    tone = over.tone[faces]
    lens = edge(inside.copy(), 0.5)
    lens *= np.float32(0.85) * over.shades[faces]
    canvas.paint(lens, tone * np.float32(0.4))
    rim = line(inside.copy(), 0.6)
    canvas.paint(rim, tone)
    bar *= edge(-inside, 0.3)
    bar *= edge(1 - canvas.side)
    canvas.paint(bar, tone)


def _draw_strands(canvas: Canvas, hair: Numbers, angle: Numbers) -> None:
    """A fringe of slanted strands over one side of the forehead, down to the eye or cheek."""
    slant = canvas.u + canvas.v * np.sin(angle)
    comb = slant * np.float32(5)
    comb -= np.floor(comb)
    comb -= np.float32(0.5)
    strands = line(comb, 0.5)
    strands *= np.float32(2.5)
    np.minimum(strands, 1, out=strands)
    reach = slant * np.sign(angle)
    np.minimum(reach, np.abs(angle) - canvas.v - np.float32(0.25), out=reach)
    strands *= edge(reach, 0.15)
    strands *= edge(np.float32(0.95) - np.abs(canvas.x), 0.3)
    strands *= edge(canvas.y + np.float32(1.1), 0.3)
    canvas.paint(strands, hair)


def _draw_hand(canvas: Canvas, skin: Numbers, over: Occlusions, faces: NDArray[np.int64]) -> None:
    """Four fingers from below, side by side, with rounded tips."""
    angle = over.angle[faces]
    right = canvas.x - over.hand_x[faces]
    down = canvas.y - over.hand_y[faces]
    along = down * np.cos(angle) + right * np.sin(angle)
    across = right * np.cos(angle) - down * np.sin(angle)
    within = across * np.float32(1 / 0.27)
    within -= np.floor(within)
    within -= np.float32(0.5)
    within *= within
    # The middle fingers are longest; every tip is round.
    tip = across * across
    tip *= np.float32(0.9)
    tip += within * np.float32(0.5)
    along -= tip
    np.minimum(along, np.float32(0.54) - np.abs(across), out=along)
    within *= within
    tone = np.float32(1) - within * np.float32(7)
    tone *= skin * np.float32(0.95)
    canvas.paint(edge(along), tone)


def draw_watermarks(canvas: Canvas, over: Occlusions) -> None:
    """Half-transparent text across the picture, as agencies print it on theirs."""
    import cv2

    for face, text in enumerate(over.watermark):
        if not text:
            continue
        ink = np.zeros((FACE_SIZE, FACE_SIZE), np.uint8)
        corner = (int(over.place[0, face, 0, 0] * 6) - 2, int(8 + over.place[1, face, 0, 0] * 38))
        cv2.putText(ink, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 255, 1, cv2.LINE_AA)
        white = ink.astype(np.float32) * np.float32(0.6 / 255)
        canvas.grey[face] += (1 - canvas.grey[face]) * white
