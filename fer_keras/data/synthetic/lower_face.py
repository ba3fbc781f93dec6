"""Nose, cheeks, mouth and chin: action units 6, 9, 12, 15, 16, 17, 20, 23, 25 and 26."""

from __future__ import annotations

import numpy as np

from fer_keras.data.synthetic.action_units import ActionUnit, Activations
from fer_keras.data.synthetic.canvas import Canvas, Pixels, edge, hill, line
from fer_keras.data.synthetic.identity import Identity


def draw_lower_face(canvas: Canvas, who: Identity, moves: Activations) -> None:
    """Draw everything from the bridge of the nose to the chin."""
    _draw_nose(canvas.band(-0.35, 0.75), who, moves)
    _draw_cheeks(canvas.band(-0.1, 1.05), who, moves)
    _draw_mouth(canvas.band(0.3, 1.6), who, moves)


def _draw_nose(canvas: Canvas, who: Identity, moves: Activations) -> None:
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]
    tip = who.nose_length - np.float32(0.06) * wrinkled
    under = canvas.v - tip

    canvas.shade(hill(canvas.u, canvas.v - (tip - np.float32(0.22)), 0.12, 0.42), -0.14)
    flank = canvas.side - who.nose_width * np.float32(0.8)
    canvas.shade(hill(flank, canvas.v - (tip - np.float32(0.2)), 0.1, 0.42), 0.14)
    wing = who.nose_width * (1 + np.float32(0.2) * wrinkled)
    canvas.shade(hill(canvas.u, under - np.float32(0.07), wing * np.float32(1.2), 0.09), 0.3)
    nostril = canvas.side - wing * np.float32(0.55)
    canvas.shade(hill(nostril, under - np.float32(0.03), 0.08, 0.065), 0.65)

    # AU 9: folds across the bridge.
    slanted = canvas.v - np.float32(0.3) * canvas.side
    for height in (-0.2, -0.07, 0.06):
        folds = line(slanted - np.float32(height), 0.055)
        folds *= hill(canvas.u, canvas.v - np.float32(height), 0.22, 0.2)
        canvas.shade(folds, np.float32(0.55) * wrinkled)


def _draw_cheeks(canvas: Canvas, who: Identity, moves: Activations) -> None:
    smile = moves[ActionUnit.LIP_CORNER_PULLER]
    cheek = moves[ActionUnit.CHEEK_RAISER]
    wrinkled = moves[ActionUnit.NOSE_WRINKLER]

    apple = hill(canvas.side - np.float32(0.55), canvas.v - np.float32(0.28), 0.28, 0.22)
    canvas.shade(apple, np.float32(-0.04) - np.float32(0.14) * np.maximum(cheek, smile))
    # The nasolabial fold, from the wing of the nose past the corner of the mouth.
    down = canvas.v - who.nose_length
    fold = down * (np.float32(0.5) + np.float32(0.25) * smile)
    fold += who.nose_width * np.float32(1.25)
    np.subtract(canvas.side, fold, out=fold)
    folds = line(fold, 0.075)
    folds *= hill(np.zeros_like(down), down - np.float32(0.15), 1, 0.3)
    strength = np.float32(0.06) + np.float32(0.18) * who.age
    strength = strength + np.float32(0.45) * np.maximum(smile, np.float32(0.9) * wrinkled)
    canvas.shade(folds, strength)


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
    width *= 1 - np.float32(0.22) * tight - np.float32(0.2) * drop * (1 - np.minimum(smile, 1))
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

    def between(top: Pixels, bottom: Pixels) -> Pixels:
        above = round_bow * top
        above += height
        below = round_bow * bottom
        below -= height
        inside = edge(np.minimum(above, below))
        inside *= ends
        return inside

    lips = between(upper_gap + upper_full, lower_gap + full)
    canvas.paint(lips, who.skin * (who.lip_tone + np.float32(0.15) * tight))
    cavity = between(upper_gap, lower_gap)
    opened = np.minimum((upper_gap + lower_gap) * np.float32(14), 1)
    dark = cavity * opened
    canvas.paint(
        dark, np.float32(0.3) * who.skin * (np.float32(1) - np.float32(0.5) * np.minimum(drop, 1))
    )

    # Teeth: the upper row hangs from the upper lip, the lower stands on the lower (AU 16, 20).
    upper_teeth = round_bow * upper_gap
    upper_teeth += height
    np.subtract(np.float32(0.11), upper_teeth, out=upper_teeth)
    shown = edge(upper_teeth)
    shown *= cavity
    shown *= np.minimum(opened * np.maximum(part, drop) * (np.float32(0.2) + smile + stretch), 1)
    canvas.paint(shown, np.float32(0.45) + np.float32(0.5) * who.skin)
    lower_teeth = round_bow * lower_gap
    lower_teeth -= height
    np.subtract(np.float32(0.08), lower_teeth, out=lower_teeth)
    shown = edge(lower_teeth)
    shown *= cavity
    shown *= np.minimum(opened * np.maximum(lower_down, np.float32(0.7) * stretch * part), 1)
    canvas.paint(shown, np.float32(0.4) + np.float32(0.5) * who.skin)

    # Closed lips meet in a dark line, which AU 23 presses thin and hard.
    seam = line(height.copy(), 0.06)
    seam *= ends
    canvas.shade(seam, (np.float32(0.45) + np.float32(0.25) * tight) * (1 - opened))

    below_lip = height - (lower_gap + full + np.float32(0.08))
    canvas.shade(hill(canvas.u, below_lip, 0.3, 0.09), np.float32(0.16) + np.float32(0.1) * droop)
    # AU 15 pouches beside the corners; AU 17 dimples the chin and arches the line above it.
    pouch = hill(canvas.side - width * np.float32(1.1), canvas.v - (middle + 0.2), 0.13, 0.16)
    canvas.shade(pouch, np.float32(0.35) * droop)
    ball = canvas.v - (middle + np.float32(0.33))
    arch = canvas.u * canvas.u
    arch *= np.float32(1.6)
    arch -= ball
    dimple = line(arch, 0.06)
    dimple *= hill(canvas.u, ball, 0.32, 0.2)
    canvas.shade(dimple, np.float32(0.45) * chin_up)
