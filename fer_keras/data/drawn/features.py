"""The features of a face: brows, lids, eyes, nose, cheeks, mouth and chin, by action units."""

from __future__ import annotations

import numpy as np

from fer_keras.data.drawn.canvas import Canvas, Pixels, edge, hill, line, squared
from fer_keras.data.drawn.expressions import ActionUnit, Activations
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

    # t runs from -1 at the inner to 1 at the outer corner, `bow` from 0 in the corners to 1.
    outwards = canvas.side - who.eye_gap
    t = outwards * (1 / who.eye_width)
    bow = np.maximum(1 - t * t, -0.5)
    ends = np.clip(bow * 4 + 0.5, 0, 1)  # strokes end at the corners
    height = canvas.v - who.eye_height - who.eye_slant * t

    canvas.shade(hill(outwards, height + 0.12, 0.36, 0.26), 0.2)
    # AU 6 pushes up a pouch, whose lower rim shows as a crease.
    pouch = height - (who.eye_open * 0.9 + 0.02) - 0.08 * bow
    canvas.shade(line(pouch, 0.08) * ends, 0.04 + 0.1 * who.age + 0.22 * cheek)

    upper = who.eye_open * (1 + 0.75 * wide - 0.3 * tight) * (1 - 0.15 * cheek - 0.3 * wrinkled)
    lower = who.eye_open * 0.75 * (1 + 0.2 * wide - 0.85 * cheek - 0.65 * tight)
    lower = lower - who.eye_open * 0.35 * wrinkled
    below_upper = bow * upper + height
    above_lower = bow * lower - height
    opening = edge(np.minimum(below_upper, above_lower)) * ends
    canvas.paint(opening, 0.35 + 0.6 * who.skin)
    look = squared(outwards - np.sign(canvas.u) * who.gaze, height + 0.01)
    canvas.paint(edge((0.11**2 - look) * (1 / 0.22)) * opening, who.iris * 0.7)

    canvas.paint(line(below_upper, 0.055) * ends, who.skin * 0.35)  # lashes
    canvas.shade(line(below_upper + 0.1, 0.06) * ends, 0.15 + 0.15 * wide)  # the lid's crease
    canvas.shade(line(above_lower, 0.05) * ends, 0.15 + 0.25 * tight)

    # Crow's feet of AU 6, beside the outer corners.
    feet = outwards - (who.eye_width + 0.12)
    rays = np.abs(height) - (np.abs(feet) * 0.6 + 0.03)
    canvas.shade(line(rays, 0.06) * hill(feet, height, 0.16, 0.2), 0.4 * cheek)


def _draw_brows(canvas: Canvas, who: Identity, moves: Activations) -> None:
    inner = moves[ActionUnit.INNER_BROW_RAISER]
    outer = moves[ActionUnit.OUTER_BROW_RAISER]
    lowered = moves[ActionUnit.BROW_LOWERER]
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]

    # t runs from 0 at the inner to 1 at the outer end. AU 4 draws the inner ends together.
    start = who.eye_gap - who.eye_width * 1.2 - 0.07 * lowered
    length = who.eye_width * 2.5
    t = (canvas.side - start) * (1 / length)
    rest = who.eye_height - who.brow_height
    # Height is a parabola through the inner end, the middle and the outer end.
    at_inner = rest + who.brow_tilt - 0.2 * inner
    # Raised and knit at once (AU 1+4), the inner ends stay up: the oblique brows of grief.
    knit = 0.18 * lowered * (1 - 0.6 * np.minimum(inner, 1))
    at_inner = at_inner + knit + 0.1 * wrinkled
    at_middle = rest - who.brow_arch - 0.05 * inner - 0.14 * outer + 0.12 * lowered
    at_middle = at_middle + 0.07 * wrinkled
    at_outer = rest - who.brow_tilt + 0.04 - 0.14 * outer + (0.02 * lowered + 0.02 * wrinkled)
    bend = 2 * (at_inner + at_outer) - 4 * at_middle
    curve = (t * bend + (at_outer - at_inner - bend)) * t + at_inner

    ends = (0.5 - np.abs(t - 0.5)) * length
    thick = who.brow_weight * (1.25 - 0.6 * np.clip(t, 0, 1)) - np.abs(curve - canvas.v)
    canvas.paint(edge(np.minimum(thick, ends)), np.minimum(who.hair, who.skin * 0.5))


def _draw_forehead(canvas: Canvas, who: Identity, moves: Activations) -> None:
    inner = moves[ActionUnit.INNER_BROW_RAISER]
    outer = moves[ActionUnit.OUTER_BROW_RAISER]
    lowered = moves[ActionUnit.BROW_LOWERER]

    # Raised brows fold the forehead across: in the middle with AU 1, over its width with AU 2.
    fold = 0.1 * who.age + 0.5 * np.maximum(inner, outer)
    height = canvas.v - (who.eye_height - who.brow_height)
    # Two folds, one on either side of a line.
    between = height + 0.33
    folds = hill(canvas.u, between, 0.45 + 0.4 * outer, 0.3)
    canvas.shade(folds * line(np.abs(between) - 0.06, 0.05), fold)

    # AU 4 knits the brows: two upright folds between them.
    frown = line(canvas.side - 0.08, 0.06) * hill(canvas.u, height, 0.2, 0.24)
    canvas.shade(frown, 0.7 * lowered)


def draw_lower_face(canvas: Canvas, who: Identity, moves: Activations) -> None:
    """Draw everything from the bridge of the nose to the chin."""
    _draw_nose(canvas.band(-0.45, 0.65), who, moves)
    _draw_cheeks(canvas.band(0.05, 0.95), who, moves)
    _draw_mouth(canvas.band(0.15, 1.8), who, moves)


def _draw_nose(canvas: Canvas, who: Identity, moves: Activations) -> None:
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]
    tip = who.nose_length - 0.06 * wrinkled
    canvas.shade(hill(canvas.u, canvas.v - (tip - 0.22), 0.12, 0.42), -0.14)
    flank = canvas.side - who.nose_width * 0.8
    canvas.shade(hill(flank, canvas.v - (tip - 0.2), 0.1, 0.42), 0.14)
    low = canvas.band(0.2, 0.65)
    under = low.v - tip
    wing = who.nose_width * (1 + 0.2 * wrinkled)
    low.shade(hill(low.u, under - 0.07, wing * 1.2, 0.09), 0.3)
    low.shade(hill(low.side - wing * 0.55, under - 0.03, 0.08, 0.065), 0.65)

    # AU 9: folds across the bridge.
    high = canvas.band(-0.45, 0.3)
    below_bridge = high.v + 0.07
    ridges = (below_bridge - 0.3 * high.side) * (1 / 0.13)
    folds = hill(high.u, below_bridge, 0.26, 0.36) * line(ridges - np.rint(ridges), 0.42)
    high.shade(folds, 0.6 * wrinkled)


def _draw_cheeks(canvas: Canvas, who: Identity, moves: Activations) -> None:
    smile = moves[ActionUnit.LIP_CORNER_PULLER]
    cheek = moves[ActionUnit.CHEEK_RAISER]
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]

    high = canvas.band(0.05, 0.5)
    apple = hill(high.side - 0.55, high.v - 0.28, 0.28, 0.22)
    high.shade(apple, -0.04 - 0.14 * np.maximum(cheek, smile))
    # The nasolabial fold, from the wing of the nose past the corner of the mouth.
    low = canvas.band(0.15, 0.95)
    down = low.v - who.nose_length
    fold = low.side - (down * (0.5 + 0.25 * smile) + who.nose_width * 1.25)
    strength = 0.06 + 0.18 * who.age + 0.45 * np.maximum(smile, 0.9 * wrinkled)
    low.shade(line(fold, 0.075) * hill(fold, down - 0.15, 0.5, 0.3), strength)


def _draw_mouth(canvas: Canvas, who: Identity, moves: Activations) -> None:
    smile = moves[ActionUnit.LIP_CORNER_PULLER]
    droop = moves[ActionUnit.LIP_CORNER_DEPRESSOR]
    lower_down = moves[ActionUnit.LOWER_LIP_DEPRESSOR]
    chin_up = moves[ActionUnit.CHIN_RAISER]
    stretch = moves[ActionUnit.LIP_STRETCHER]
    tight = moves[ActionUnit.LIP_TIGHTENER]
    part = moves[ActionUnit.LIPS_PART]
    drop = moves[ActionUnit.JAW_DROP]
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]

    width = who.mouth_width * (1 + 0.25 * smile + 0.28 * stretch)
    width = width * (1 - 0.3 * tight - 0.2 * drop * (1 - np.minimum(smile, 1)))
    t = canvas.u * (1 / width)
    square = t * t
    fourth = square * square
    bow, round_bow = np.maximum(1 - square, -0.3), np.maximum(1 - fourth, -0.3)
    ends = np.clip(bow * 6 + 0.5, 0, 1)

    # The line where the lips meet: corners up by AU 12, down by AU 15 and 20.
    middle = who.mouth_height - 0.05 * chin_up + 0.05 * smile + 0.05 * drop
    corners = who.mouth_curve - 0.2 * smile + 0.03 * stretch
    meet = square * corners + fourth * (0.17 * droop) + t * who.mouth_slant
    height = canvas.v - (np.clip(meet, -0.4, 0.4) + (middle - 0.04 * droop))

    upper_gap = 0.05 * part + 0.09 * drop + 0.03 * wrinkled
    lower_gap = 0.07 * part + 0.24 * drop + 0.1 * lower_down
    full = who.lip_fullness * (1 - 0.65 * tight) * (1 - 0.25 * stretch)
    upper_full = full * (0.85 - 0.2 * smile)

    def between(under_top: Pixels, over_bottom: Pixels) -> Pixels:
        return edge(np.minimum(under_top, over_bottom)) * ends

    under_upper = round_bow * upper_gap + height
    over_lower = round_bow * lower_gap - height
    lips = between(under_upper + round_bow * upper_full, over_lower + round_bow * full)
    canvas.paint(lips, who.skin * (who.lip_tone + 0.15 * tight))
    cavity = between(under_upper, over_lower)
    opened = np.minimum((upper_gap + lower_gap) * 14, 1)
    canvas.paint(cavity * opened, 0.3 * who.skin * (1 - 0.5 * np.minimum(drop, 1)))

    _draw_teeth(canvas, who, moves, under_upper, over_lower, cavity, opened)

    # Closed lips meet in a dark line, which AU 23 presses thin and hard.
    canvas.shade(line(height, 0.06) * ends, (0.45 + 0.25 * tight) * (1 - opened))

    below_lip = height - (lower_gap + full + 0.08)
    canvas.shade(hill(canvas.u, below_lip, 0.3, 0.09), 0.16 + 0.1 * droop)
    _draw_chin(canvas, moves, width, middle)


def _draw_teeth(
    canvas: Canvas,
    who: Identity,
    moves: Activations,
    under_upper: Pixels,
    over_lower: Pixels,
    cavity: Pixels,
    opened: Pixels,
) -> None:
    """The upper row hangs from the upper lip, the lower stands on the lower (AU 16, 20)."""
    smile, stretch = moves[ActionUnit.LIP_CORNER_PULLER], moves[ActionUnit.LIP_STRETCHER]
    part, drop = moves[ActionUnit.LIPS_PART], moves[ActionUnit.JAW_DROP]
    lower_down = moves[ActionUnit.LOWER_LIP_DEPRESSOR]
    upper = np.minimum(opened * np.maximum(part, drop) * (0.2 + smile + stretch), 1)
    canvas.paint(edge(0.11 - under_upper) * cavity * upper, 0.45 + 0.5 * who.skin)
    lower = np.minimum(opened * np.maximum(lower_down, 0.7 * stretch * part), 1)
    canvas.paint(edge(0.08 - over_lower) * cavity * lower, 0.4 + 0.5 * who.skin)


def _draw_chin(canvas: Canvas, moves: Activations, width: Pixels, middle: Pixels) -> None:
    """AU 15 pouches beside the corners; AU 17 dimples the chin and arches the line above it."""
    droop, chin_up = moves[ActionUnit.LIP_CORNER_DEPRESSOR], moves[ActionUnit.CHIN_RAISER]
    pouch = hill(canvas.side - width * 1.1, canvas.v - (middle + 0.22), 0.17, 0.2)
    canvas.shade(pouch, 0.25 * droop)
    chin = canvas.band(0.65, 1.8)
    ball = chin.v - (middle + 0.33)
    dimple = line(chin.u * chin.u * 1.6 - ball, 0.06) * hill(chin.u, ball, 0.32, 0.2)
    chin.shade(dimple, 0.45 * chin_up)
