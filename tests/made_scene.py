"""Pictures with known faces: a photographed one (tests/pictures) or drawn ones on a ground."""

from __future__ import annotations

import cv2
import made_video
import numpy as np

from fer_keras.data.drawn.dataset import draw_faces


def people(places: list[made_video.Place], size: tuple[int, int]) -> np.ndarray:
    """Heads at x, y and of a height, (height, width, 3), red, green, blue."""
    return np.ascontiguousarray(made_video.frame(places, size)[..., ::-1])


def drawn_face(side: int, size: tuple[int, int], seed: int = 0) -> np.ndarray:
    """One drawn face in the middle of a large grey picture."""
    width, height = size
    (face,) = draw_faces(np.array([3]), seed)
    picture = np.full((height, width, 3), 150, np.uint8)
    left, top = (width - side) // 2, (height - side) // 2
    enlarged = cv2.resize(face, (side, side), interpolation=cv2.INTER_CUBIC)
    picture[top : top + side, left : left + side] = enlarged[..., None]
    return picture
