"""Which square of a photo to cut out for a face, so that it lies there as FER2013's faces do.

FER2013's pictures reach from above the hair line to the chin; BlazeFace's box from the brows to the
chin. So the square is larger than the box and lies higher. By how much was measured: `fer-keras
benchmark crop` finds FER2013's own faces with both detectors and asks which square gives their
frame back (medians), and what other squares cost in accuracy. `results/crop/` has its table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fer_keras.detection.face import Face
from fer_keras.faces.crop import Square


@dataclass(frozen=True)
class Framing:
    """How a square lies on a detector's box.

    Attributes:
        scale: side of the square, in sides of the box (the longer one, should they differ).
        rise: how far the square's centre lies above the box's, in sides of the box.
    """

    scale: float
    rise: float


_SHORT = Framing(1.17, 0.09)
FRAMINGS = {"auto": _SHORT, "short": _SHORT, "full": Framing(1.13, 0.04)}
"""By the detector's name: the two networks draw their boxes differently; `auto`'s boxes are the
short range's."""


def frame_face(face: Face, framing: Framing, upright: bool = False) -> Square:
    """The square to cut out.

    Args:
        face: as found.
        framing: of the detector that found it.
        upright: turn the square with the line between the eyes, so that tilted heads come out
            straight. "Above" then means above in the turned picture.
    """
    side = max(face.width, face.height)
    x, y = face.centre
    angle = face.roll if upright else 0.0
    rise = framing.rise * side
    return Square(
        x + rise * math.sin(angle), y - rise * math.cos(angle), framing.scale * side, angle
    )
