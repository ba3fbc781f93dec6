"""The features of a face: brows, lids, eyes, nose, cheeks, mouth and chin, by action units."""

from __future__ import annotations

import numpy as np

from fer_keras.data.drawn.canvas import Canvas, Pixels, edge, hill, line
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


def draw_lower_face(canvas: Canvas, who: Identity, moves: Activations) -> None:
    """Draw everything from the bridge of the nose to the chin."""
    _draw_nose(canvas.band(-0.45, 0.65), who, moves)
    _draw_cheeks(canvas.band(0.05, 0.95), who, moves)
    _draw_mouth(canvas.band(0.15, 1.8), who, moves)


def _draw_nose(canvas: Canvas, who: Identity, moves: Activations) -> None:
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]
    tip = who.nose_length - np.float32(0.06) * wrinkled
    canvas.shade(hill(canvas.u, canvas.v - (tip - np.float32(0.22)), 0.12, 0.42), -0.14)
    flank = canvas.side - who.nose_width * np.float32(0.8)
    canvas.shade(hill(flank, canvas.v - (tip - np.float32(0.2)), 0.1, 0.42), 0.14)
    low = canvas.band(0.2, 0.65)
    under = low.v - tip
    wing = who.nose_width * (1 + np.float32(0.2) * wrinkled)
    low.shade(hill(low.u, under - np.float32(0.07), wing * np.float32(1.2), 0.09), 0.3)
    nostril = low.side - wing * np.float32(0.55)
    low.shade(hill(nostril, under - np.float32(0.03), 0.08, 0.065), 0.65)

    # AU 9: folds across the bridge.
    high = canvas.band(-0.45, 0.3)
    below_bridge = high.v + np.float32(0.07)
    folds = hill(high.u, below_bridge, 0.26, 0.36)
    below_bridge -= np.float32(0.3) * high.side
    below_bridge *= np.float32(1 / 0.13)
    below_bridge -= np.rint(below_bridge)
    folds *= line(below_bridge, 0.42)
    high.shade(folds, np.float32(0.6) * wrinkled)


def _draw_cheeks(canvas: Canvas, who: Identity, moves: Activations) -> None:
    smile = moves[ActionUnit.LIP_CORNER_PULLER]
    cheek = moves[ActionUnit.CHEEK_RAISER]
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]

    high = canvas.band(0.05, 0.5)
    apple = hill(high.side - np.float32(0.55), high.v - np.float32(0.28), 0.28, 0.22)
    high.shade(apple, np.float32(-0.04) - np.float32(0.14) * np.maximum(cheek, smile))
    # The nasolabial fold, from the wing of the nose past the corner of the mouth.
    low = canvas.band(0.15, 0.95)
    down = low.v - who.nose_length
    fold = down * (np.float32(0.5) + np.float32(0.25) * smile)
    fold += who.nose_width * np.float32(1.25)
    np.subtract(low.side, fold, out=fold)
    reach = hill(fold, down - np.float32(0.15), 0.5, 0.3)
    folds = line(fold, 0.075)
    folds *= reach
    strength = np.float32(0.06) + np.float32(0.18) * who.age
    strength = strength + np.float32(0.45) * np.maximum(smile, np.float32(0.9) * wrinkled)
    low.shade(folds, strength)


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

    width = who.mouth_width * (1 + np.float32(0.25) * smile + np.float32(0.28) * stretch)
    width *= 1 - np.float32(0.3) * tight - np.float32(0.2) * drop * (1 - np.minimum(smile, 1))
    t = canvas.u * (1 / width)
    square = t * t
    bow = np.maximum(np.float32(1) - square, np.float32(-0.3))
    ends = bow * np.float32(6)
    ends += np.float32(0.5)
    np.clip(ends, 0, 1, out=ends)

    # The line where the lips meet: corners up by AU 12, down by AU 15 and 20.
    middle = who.mouth_height - np.float32(0.05) * chin_up + np.float32(0.05) * smile
    middle = middle + np.float32(0.05) * drop
    corners = who.mouth_curve - np.float32(0.2) * smile + np.float32(0.03) * stretch
    meet = square * corners
    square *= square
    round_bow = np.maximum(np.float32(1) - square, np.float32(-0.3))
    meet += square * (np.float32(0.17) * droop)
    meet += t * who.mouth_slant
    np.clip(meet, -0.4, 0.4, out=meet)
    meet += middle - np.float32(0.04) * droop
    height = canvas.v - meet

    upper_gap = np.float32(0.05) * part + np.float32(0.09) * drop + np.float32(0.03) * wrinkled
    lower_gap = np.float32(0.07) * part + np.float32(0.24) * drop
    lower_gap = lower_gap + np.float32(0.1) * lower_down
    full = who.lip_fullness * (1 - np.float32(0.65) * tight) * (1 - np.float32(0.25) * stretch)
    upper_full = full * (np.float32(0.85) - np.float32(0.2) * smile)

    def between(under_top: Pixels, over_bottom: Pixels) -> Pixels:
        inside = edge(np.minimum(under_top, over_bottom))
        inside *= ends
        return inside

    under_upper = round_bow * upper_gap
    under_upper += height
    over_lower = round_bow * lower_gap
    over_lower -= height
    lips = between(under_upper + round_bow * upper_full, over_lower + round_bow * full)
    canvas.paint(lips, who.skin * (who.lip_tone + np.float32(0.15) * tight))
    cavity = between(under_upper, over_lower)
    opened = np.minimum((upper_gap + lower_gap) * np.float32(14), 1)
    dark = cavity * opened
    canvas.paint(
        dark, np.float32(0.3) * who.skin * (np.float32(1) - np.float32(0.5) * np.minimum(drop, 1))
    )

    _draw_teeth(canvas, who, moves, under_upper, over_lower, cavity, opened)

    # Closed lips meet in a dark line, which AU 23 presses thin and hard.
    seam = line(height.copy(), 0.06)
    seam *= ends
    canvas.shade(seam, (np.float32(0.45) + np.float32(0.25) * tight) * (1 - opened))

    below_lip = height - (lower_gap + full + np.float32(0.08))
    canvas.shade(hill(canvas.u, below_lip, 0.3, 0.09), np.float32(0.16) + np.float32(0.1) * droop)
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
    shown = edge(np.subtract(np.float32(0.11), under_upper, out=under_upper))
    shown *= cavity
    shown *= np.minimum(opened * np.maximum(part, drop) * (np.float32(0.2) + smile + stretch), 1)
    canvas.paint(shown, np.float32(0.45) + np.float32(0.5) * who.skin)
    shown = edge(np.subtract(np.float32(0.08), over_lower, out=over_lower))
    shown *= cavity
    shown *= np.minimum(opened * np.maximum(lower_down, np.float32(0.7) * stretch * part), 1)
    canvas.paint(shown, np.float32(0.4) + np.float32(0.5) * who.skin)


def _draw_chin(canvas: Canvas, moves: Activations, width: Pixels, middle: Pixels) -> None:
    """AU 15 pouches beside the corners; AU 17 dimples the chin and arches the line above it."""
    droop, chin_up = moves[ActionUnit.LIP_CORNER_DEPRESSOR], moves[ActionUnit.CHIN_RAISER]
    pouch = hill(canvas.side - width * np.float32(1.1), canvas.v - (middle + 0.22), 0.17, 0.2)
    canvas.shade(pouch, np.float32(0.25) * droop)
    chin = canvas.band(0.65, 1.8)
    ball = chin.v - (middle + np.float32(0.33))
    arch = chin.u * chin.u
    arch *= np.float32(1.6)
    arch -= ball
    dimple = line(arch, 0.06)
    dimple *= hill(chin.u, ball, 0.32, 0.2)
    chin.shade(dimple, np.float32(0.45) * chin_up)
