"""Backdrop, shoulders, hair, ears and the skin on which the features are drawn."""

from __future__ import annotations

import numpy as np

from fer_keras.data.drawn.canvas import Canvas, Pixels, edge, hill, squared
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

    wide = x * (1 / (1.06 + who.hair_volume))
    above = np.minimum(y, 0) * (1 / (1.36 + who.hair_volume))
    below = np.maximum(y - who.hair_length, 0) * 1.5
    cap = edge(1 - wide * wide - above * above - below * below, 0.12)
    canvas.paint(cap, (x * x * -0.45 + 1.2) * who.hair)

    # The hairline dips at the temples and, off the middle, at the parting.
    across = canvas.u - who.parting
    aside = canvas.side * canvas.side
    dip = aside * aside * 0.6 + across * across * 0.25 + who.hairline - canvas.v
    face = _outline(canvas, who, moves)
    canvas.paint((1 - edge(dip, 0.12) * cap) * face, who.skin)
    return face


def _draw_shoulders(canvas: Canvas, who: Identity) -> None:
    """Neck and clothes, below the head."""
    low = canvas.band(0.35, 9)
    flat = np.abs(low.x)
    low.paint(edge(np.minimum(0.55 - flat, low.y - 0.6)), who.skin * 0.7)
    low.paint(edge(flat * -0.35 + low.y - 1.25), who.clothes)


def _draw_ears(canvas: Canvas, who: Identity) -> None:
    """An ellipse on either side of the head, at the height of the nose."""
    inside = 1 - squared((np.abs(canvas.x) - 1) * (1 / 0.13), (canvas.y - 0.05) * (1 / 0.27))
    canvas.paint(edge(inside, 0.3), who.skin * 0.88)


def _outline(canvas: Canvas, who: Identity, moves: Activations) -> Pixels:
    """Coverage of the face: an ellipse whose jaw tapers and, with AU 26, drops."""
    above = np.minimum(canvas.y, 0) * (1 / 1.35)
    below = np.maximum(canvas.y, 0)
    jaw = (below * below * (who.taper * 0.6) + 1) * canvas.x
    below = below * (1 / (who.length + 0.14 * moves[ActionUnit.JAW_DROP]))
    # Of fourth degree the chin is square, of second pointed.
    below = below * below
    below = below + (below * below - below) * who.squareness
    return edge(1 - jaw * jaw - below - above * above, 0.12)


def draw_beard(canvas: Canvas, who: Identity, face: Pixels) -> None:
    """Beard and moustache, before the mouth is drawn into them."""
    faces = np.flatnonzero(np.maximum(who.beard, who.moustache))
    part = canvas.take(faces)
    # The beard's upper rim climbs from below the mouth up the cheeks.
    rim = np.minimum(part.side * part.side, 1) * 0.9 + part.v - 1.0
    part.paint(edge(rim, 0.25) * face[faces] * who.beard[faces], who.hair[faces])

    above_mouth = part.v - (who.mouth_height[faces] - 0.15)
    lip = hill(part.u, above_mouth, 0.42, 0.12) * who.moustache[faces]
    part.paint(lip, who.hair[faces])
    canvas.grey[faces] = part.grey
