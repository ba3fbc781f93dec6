from __future__ import annotations

import numpy as np
import pytest

from fer_keras.detection.face import Face
from fer_keras.faces.overlay import draw_face

LABELS = ("angry", "happy")
SCORES = np.array([0.1, 0.9])


def face(left: float, top: float) -> Face:
    return Face(left, top, left + 100, top + 100, 0.9, ())


def changed(picture: np.ndarray, one: Face) -> float:
    """Share of what is inside a face's box that was drawn over."""
    rows, columns = slice(int(one.top), int(one.bottom)), slice(int(one.left), int(one.right))
    return float((picture[rows, columns] != 128).any(axis=2).mean())


@pytest.mark.parametrize("other", [face(320, 200), face(80, 200), face(200, 320)])
def test_bars_cover_neither_face(other: Face) -> None:
    picture = np.full((480, 640, 3), 128, np.uint8)
    one = face(200, 200)
    draw_face(picture, one, "1: happy 90%", 1, LABELS, SCORES, [other])
    assert changed(picture, other) == 0
    assert 0 < changed(picture, one) < 0.15, "the box's lines"


@pytest.mark.parametrize("place", [(-50, -50), (600, 440), (250, -80), (5000, 10), (-5000, 10)])
@pytest.mark.parametrize("size", [(480, 640), (40, 30), (3000, 4000)])
def test_anything_can_be_drawn_anywhere(place: tuple[int, int], size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 128, np.uint8)
    draw_face(picture, face(*place), "unsure 0%", None, LABELS, np.array([0.0, 1.5]))
