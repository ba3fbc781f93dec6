"""Forehead, brows, lids and eyes: action units 1, 2, 4, 5, 6, 7 (and 9, which lowers the brows)."""

from __future__ import annotations

import numpy as np

from fer_keras.data.drawn.action_units import ActionUnit, Activations
from fer_keras.data.drawn.canvas import Canvas, edge, hill, line
from fer_keras.data.drawn.identity import Identity


def draw_upper_face(canvas: Canvas, who: Identity, moves: Activations) -> None:
    """Draw everything from the hairline to below the eyes."""
    _draw_forehead(canvas.band(-1.0, -0.05), who, moves)
    eyes = canvas.band(-0.66, 0.38)
    _draw_eyes(eyes, who, moves)
    brows = canvas.band(-1.1, 0.25)
    _draw_brows(brows, who, moves)


def _draw_eyes(canvas: Canvas, who: Identity, moves: Activations) -> None:
    wide = moves[ActionUnit.UPPER_LID_RAISER]
    cheek = moves[ActionUnit.CHEEK_RAISER]
    tight = moves[ActionUnit.LID_TIGHTENER]
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]
    skin_shadow = who.skin * np.float32(0.35)

    # t runs from -1 at the inner to 1 at the outer corner, `bow` from 0 in the corners to 1.
    outwards = canvas.side - who.eye_gap
    t = outwards * (1 / who.eye_width)
    bow = np.float32(1) - t * t
    np.maximum(bow, np.float32(-0.5), out=bow)
    # Strokes end at the corners.
    ends = bow * np.float32(4)
    ends += np.float32(0.5)
    np.clip(ends, 0, 1, out=ends)
    height = canvas.v - who.eye_height
    height -= who.eye_slant * t

    canvas.shade(hill(outwards, height + np.float32(0.12), 0.36, 0.26), 0.2)
    # AU 6 pushes up a pouch, whose lower rim shows as a crease.
    pouch = height - (who.eye_open * np.float32(0.9) + np.float32(0.02))
    pouch -= np.float32(0.08) * bow
    rim = line(pouch, 0.08)
    rim *= ends
    canvas.shade(rim, np.float32(0.04) + np.float32(0.1) * who.age + np.float32(0.22) * cheek)

    upper = who.eye_open * (1 + np.float32(0.75) * wide - np.float32(0.3) * tight)
    upper *= 1 - np.float32(0.15) * cheek - np.float32(0.3) * wrinkled
    lower = who.eye_open * np.float32(0.75)
    lower *= 1 + np.float32(0.2) * wide - np.float32(0.85) * cheek - np.float32(0.65) * tight
    lower -= who.eye_open * np.float32(0.35) * wrinkled
    below_upper = bow * upper
    below_upper += height
    above_lower = bow * lower
    above_lower -= height

    opening = edge(np.minimum(below_upper, above_lower))
    opening *= ends
    canvas.paint(opening.copy(), np.float32(0.35) + np.float32(0.6) * who.skin)
    look = outwards - np.sign(canvas.u) * who.gaze
    look *= look
    up = height + np.float32(0.01)
    up *= up
    look += up
    np.subtract(np.float32(0.11**2), look, out=look)
    look *= np.float32(1 / 0.22)
    iris = edge(look)
    iris *= opening
    canvas.paint(iris, who.iris * np.float32(0.7))

    above_lid = below_upper + np.float32(0.1)
    lashes = line(below_upper, 0.055)
    lashes *= ends
    canvas.paint(lashes, skin_shadow)
    crease = line(above_lid, 0.06)
    crease *= ends
    canvas.shade(crease, np.float32(0.15) + np.float32(0.15) * wide)
    lower_lid = line(above_lower, 0.05)
    lower_lid *= ends
    canvas.shade(lower_lid, 0.15 + np.float32(0.25) * tight)

    # Crow's feet of AU 6, beside the outer corners.
    feet = outwards - (who.eye_width + np.float32(0.12))
    rays = np.abs(height)
    rays -= np.abs(feet) * np.float32(0.6) + np.float32(0.03)
    lines = line(rays, 0.06)
    lines *= hill(feet, height, 0.16, 0.2)
    canvas.shade(lines, np.float32(0.4) * cheek)


def _draw_brows(canvas: Canvas, who: Identity, moves: Activations) -> None:
    inner = moves[ActionUnit.INNER_BROW_RAISER]
    outer = moves[ActionUnit.OUTER_BROW_RAISER]
    lowered = moves[ActionUnit.BROW_LOWERER]
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]

    # t runs from 0 at the inner to 1 at the outer end. AU 4 draws the inner ends together.
    start = who.eye_gap - who.eye_width * np.float32(1.2) - np.float32(0.07) * lowered
    length = who.eye_width * np.float32(2.5)
    t = canvas.side - start
    t *= 1 / length
    rest = who.eye_height - who.brow_height
    # Height is a parabola through the inner end, the middle and the outer end.
    at_inner = rest + who.brow_tilt
    at_inner = at_inner - np.float32(0.2) * inner
    # Raised and knit at once (AU 1+4), the inner ends stay up: the oblique brows of grief.
    at_inner += np.float32(0.18) * lowered * (1 - np.float32(0.6) * np.minimum(inner, 1))
    at_inner += np.float32(0.1) * wrinkled
    at_middle = rest - who.brow_arch - np.float32(0.05) * inner
    at_middle = at_middle - np.float32(0.14) * outer + np.float32(0.12) * lowered
    at_middle += np.float32(0.07) * wrinkled
    at_outer = rest - who.brow_tilt + np.float32(0.04) - np.float32(0.14) * outer
    at_outer += np.float32(0.02) * lowered + np.float32(0.02) * wrinkled
    bend = 2 * (at_inner + at_outer) - 4 * at_middle
    curve = t * bend
    curve += at_outer - at_inner - bend
    curve *= t
    curve += at_inner
    curve -= canvas.v
    np.abs(curve, out=curve)

    ends = t - np.float32(0.5)
    np.abs(ends, out=ends)
    np.subtract(np.float32(0.5), ends, out=ends)
    ends *= length
    thick = who.brow_weight * (np.float32(1.25) - np.float32(0.6) * np.clip(t, 0, 1))
    thick -= curve
    hairs = edge(np.minimum(thick, ends))
    canvas.paint(hairs, np.minimum(who.hair, who.skin * np.float32(0.5)))


def _draw_forehead(canvas: Canvas, who: Identity, moves: Activations) -> None:
    inner = moves[ActionUnit.INNER_BROW_RAISER]
    outer = moves[ActionUnit.OUTER_BROW_RAISER]
    lowered = moves[ActionUnit.BROW_LOWERER]

    # Raised brows fold the forehead across: in the middle with AU 1, over its width with AU 2.
    fold = np.float32(0.1) * who.age + np.float32(0.5) * np.maximum(inner, outer)
    width = np.float32(0.45) + np.float32(0.4) * outer
    rest = who.eye_height - who.brow_height
    height = canvas.v - rest
    # Two folds, one on either side of a line.
    between = height + np.float32(0.33)
    folds = hill(canvas.u, between, width, 0.3)
    np.abs(between, out=between)
    between -= np.float32(0.06)
    folds *= line(between, 0.05)
    canvas.shade(folds, fold)

    # AU 4 knits the brows: two upright folds between them.
    frown = line(canvas.side - np.float32(0.08), 0.06)
    frown *= hill(canvas.u, height, 0.2, 0.24)
    canvas.shade(frown, np.float32(0.7) * lowered)
