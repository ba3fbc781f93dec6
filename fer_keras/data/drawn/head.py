"""Backdrop, shoulders, hair, ears and the skin on which the features are drawn."""

from __future__ import annotations

import numpy as np

from fer_keras.data.drawn.canvas import Canvas, Pixels, edge, hill
from fer_keras.data.drawn.expressions import ActionUnit, Activations
from fer_keras.data.drawn.identity import Identity


def draw_head(canvas: Canvas, who: Identity, moves: Activations) -> Pixels:
    """Draw all that lies behind the features.

    Returns:
        float32 (n, 48, 48): coverage of the face, 1 on its skin and hair.
    """
    x, y = canvas.x, canvas.y
    canvas.grey[...] = who.backdrop
    _draw_shoulders(canvas, who)
    _draw_ears(canvas.band(-0.4, 0.5), who)

    above = np.minimum(y, 0)
    below = np.maximum(y - who.hair_length, 0)
    wide = x * (1 / (np.float32(1.06) + who.hair_volume))
    wide *= wide
    cap: Pixels = np.subtract(1, wide, out=wide)
    above *= 1 / (np.float32(1.36) + who.hair_volume)
    below *= np.float32(1.5)
    cap -= above * above
    cap -= below * below
    cap = edge(cap, 0.12)
    sheen = x * x
    sheen *= np.float32(-0.45)
    sheen += np.float32(1.2)
    sheen *= who.hair
    canvas.paint(cap.copy(), sheen)

    # The hairline dips at the temples and, off the middle, at the parting.
    across = canvas.u - who.parting
    dip = canvas.side * canvas.side
    dip *= dip
    dip *= np.float32(0.6)
    across *= across
    dip += across * np.float32(0.25)
    dip += who.hairline
    dip -= canvas.v
    hair = edge(dip, 0.12)
    hair *= cap
    face = _outline(canvas, who, moves)
    skin: Pixels = np.subtract(1, hair, out=hair)
    skin *= face
    canvas.paint(skin, who.skin)
    return face


def _draw_shoulders(canvas: Canvas, who: Identity) -> None:
    """Neck and clothes, below the head."""
    low = canvas.band(0.35, 9)
    flat = np.abs(low.x)
    neck = np.float32(0.55) - flat
    np.minimum(neck, low.y - np.float32(0.6), out=neck)
    flat *= np.float32(-0.35)
    flat += low.y
    flat -= np.float32(1.25)
    low.paint(edge(neck), who.skin * np.float32(0.7))
    low.paint(edge(flat), who.clothes)


def _draw_ears(canvas: Canvas, who: Identity) -> None:
    """An ellipse on either side of the head, at the height of the nose."""
    across = np.abs(canvas.x)
    across -= np.float32(1)
    across *= np.float32(1 / 0.13)
    down = canvas.y - np.float32(0.05)
    down *= np.float32(1 / 0.27)
    across *= across
    down *= down
    across += down
    inside = np.subtract(1, across, out=across)
    canvas.paint(edge(inside, 0.3), who.skin * np.float32(0.88))


def _outline(canvas: Canvas, who: Identity, moves: Activations) -> Pixels:
    """Coverage of the face: an ellipse whose jaw tapers and, with AU 26, drops."""
    y = canvas.y
    below = np.maximum(y, 0)
    jaw = below * below
    jaw *= who.taper * np.float32(0.6)
    jaw += np.float32(1)
    jaw *= canvas.x
    jaw *= jaw
    chin = who.length + np.float32(0.14) * moves[ActionUnit.JAW_DROP]
    below *= 1 / chin
    above = np.minimum(y, 0)
    above *= np.float32(1 / 1.35)
    # Of fourth degree the chin is square, of second pointed.
    below *= below
    square = below * below
    square -= below
    square *= who.squareness
    below += square
    inside = np.float32(1) - jaw
    inside -= below
    inside -= above * above
    return edge(inside, 0.12)


def draw_beard(canvas: Canvas, who: Identity, face: Pixels) -> None:
    """Beard and moustache, before the mouth is drawn into them."""
    faces = np.flatnonzero(np.maximum(who.beard, who.moustache))
    part = canvas.take(faces)
    # The beard's upper rim climbs from below the mouth up the cheeks.
    rim = part.side * part.side
    np.minimum(rim, 1, out=rim)
    rim *= np.float32(0.9)
    rim += part.v
    rim -= np.float32(1.0)
    coverage = edge(rim, 0.25)
    coverage *= face[faces]
    coverage *= who.beard[faces]
    part.paint(coverage, who.hair[faces])

    above_mouth = part.v - (who.mouth_height[faces] - np.float32(0.15))
    lip = hill(part.u, above_mouth, 0.42, 0.12)
    lip *= who.moustache[faces]
    part.paint(lip, who.hair[faces])
    canvas.grey[faces] = part.grey
