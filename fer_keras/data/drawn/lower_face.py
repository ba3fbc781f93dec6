"""Nose, cheeks, mouth and chin: action units 6, 9, 12, 15, 16, 17, 20, 23, 25 and 26."""

from __future__ import annotations

import numpy as np

from fer_keras.data.drawn.action_units import ActionUnit, Activations
from fer_keras.data.drawn.canvas import Canvas, Pixels, edge, hill, line
from fer_keras.data.drawn.identity import Identity


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
