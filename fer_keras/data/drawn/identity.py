"""Who is drawn: what stays the same when the expression changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fer_keras.data.drawn.canvas import Numbers, chance, uniform


@dataclass(frozen=True)
class Identity:
    """Build of each face of a batch, every field float32 (n, 1, 1).

    Lengths are in face units (1 = half the width of a head), tones in grey from 0 to 1, and what
    is there or not is 1 or 0. The resting shapes of brows, lids and mouth differ as much as a
    faint expression does: that is what makes a subtle face hard to read.
    """

    skin: Numbers
    hair: Numbers
    backdrop: Numbers
    clothes: Numbers
    taper: Numbers
    squareness: Numbers
    length: Numbers
    hairline: Numbers
    hair_volume: Numbers
    hair_length: Numbers
    parting: Numbers
    eye_gap: Numbers
    eye_width: Numbers
    eye_height: Numbers
    eye_open: Numbers
    eye_slant: Numbers
    iris: Numbers
    gaze: Numbers
    brow_height: Numbers
    brow_weight: Numbers
    brow_arch: Numbers
    brow_tilt: Numbers
    nose_length: Numbers
    nose_width: Numbers
    mouth_height: Numbers
    mouth_width: Numbers
    mouth_curve: Numbers
    mouth_slant: Numbers
    lip_fullness: Numbers
    lip_tone: Numbers
    beard: Numbers
    moustache: Numbers
    age: Numbers


def draw_identities(rng: np.random.Generator, n: int) -> Identity:
    """Draw n people."""

    def between(low: float, high: float) -> Numbers:
        return uniform(rng, n, low, high)

    skin = between(0.32, 0.85)
    bearded = chance(rng, n, 0.16)
    long_hair = chance(rng, n, 0.4)
    bald = chance(rng, n, 0.08)
    return Identity(
        skin=skin,
        hair=np.minimum(between(0.04, 0.75), skin * 0.75),
        backdrop=between(0.02, 0.98),
        clothes=between(0.05, 0.95),
        taper=between(0.05, 0.25),
        squareness=between(0.0, 0.6),
        length=between(1.18, 1.36),
        hairline=between(-1.15, -0.88) - 0.8 * bald,
        hair_volume=between(0.02, 0.22) * (1 - bald),
        hair_length=between(-0.5, 0.15) + 1.6 * long_hair,
        parting=between(-0.25, 0.25),
        eye_gap=between(0.38, 0.47),
        eye_width=between(0.2, 0.26),
        eye_height=between(-0.15, -0.05),
        eye_open=between(0.075, 0.115),
        eye_slant=between(-0.05, 0.03),
        iris=between(0.05, 0.4),
        gaze=between(-0.07, 0.07),
        brow_height=between(0.27, 0.36),
        brow_weight=between(0.03, 0.07),
        brow_arch=between(0.0, 0.1),
        brow_tilt=between(-0.04, 0.04),
        nose_length=between(0.33, 0.46),
        nose_width=between(0.15, 0.23),
        mouth_height=between(0.68, 0.8),
        mouth_width=between(0.34, 0.44),
        mouth_curve=between(-0.04, 0.04),
        mouth_slant=between(-0.03, 0.03),
        lip_fullness=between(0.05, 0.11),
        lip_tone=between(0.6, 0.88),
        beard=bearded * between(0.3, 0.9),
        moustache=np.maximum(bearded * between(0.2, 0.9), chance(rng, n, 0.05) * 0.8).astype(
            np.float32
        ),
        age=between(0, 1) ** 2,
    )
