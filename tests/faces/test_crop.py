from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fer_keras.detection import Face
from fer_keras.faces.crop import Framing, Square, cut_face, frame_face, to_grey

RNG = np.random.default_rng(0)
SMOOTH = np.asarray(
    Image.fromarray(RNG.integers(0, 256, (9, 12), dtype=np.uint8)).resize(
        (120, 90), Image.Resampling.BICUBIC
    )
)


def reference(grey: np.ndarray, square: Square, size: int) -> np.ndarray:
    """The docstring of crop.py, sample by sample."""
    k = max(1, math.ceil(square.side / size))
    height, width = grey.shape
    out = np.zeros((size, size))
    for row in range(size * k):
        for column in range(size * k):
            u = ((column + 0.5) / (size * k) - 0.5) * square.side
            v = ((row + 0.5) / (size * k) - 0.5) * square.side
            x = square.x + u * math.cos(square.angle) - v * math.sin(square.angle) - 0.5
            y = square.y + u * math.sin(square.angle) + v * math.cos(square.angle) - 0.5
            x0, y0 = math.floor(x), math.floor(y)
            value = 0.0
            for dx, wx in ((0, 1 - (x - x0)), (1, x - x0)):
                for dy, wy in ((0, 1 - (y - y0)), (1, y - y0)):
                    px = min(max(x0 + dx, 0), width - 1)
                    py = min(max(y0 + dy, 0), height - 1)
                    value += wx * wy * grey[py, px]
            out[row // k, column // k] += value / k**2
    return np.floor(out + 0.5)


@given(
    st.builds(
        Square,
        x=st.floats(-30, 150),
        y=st.floats(-30, 120),
        side=st.floats(2, 40),
        angle=st.sampled_from([0.0, 0.3, -2.0, math.pi]),
    )
)
def test_cuts_are_as_written_down(square: Square) -> None:
    ours = cut_face(SMOOTH, square, size=12).astype(int)
    assert np.abs(ours - reference(SMOOTH, square, 12)).max() <= 1  # a half, rounded either way


def test_a_square_of_48_pixels_is_copied() -> None:
    picture = RNG.integers(0, 256, (60, 70), dtype=np.uint8)
    assert (cut_face(picture, Square(30, 28, 48)) == picture[4:52, 6:54]).all()


def test_a_quarter_turn_turns() -> None:
    picture = RNG.integers(0, 256, (48, 48), dtype=np.uint8)
    turned = cut_face(picture, Square(24, 24, 48, math.pi / 2))
    # Clockwise by a quarter: the cut's first row is the picture's last column.
    assert (turned == np.rot90(picture, 1)).all()


def test_nothing_of_a_large_face_is_skipped() -> None:
    lines = np.zeros((960, 960), np.uint8)
    lines[::10] = 200  # every 48x48 cell covers two lines
    assert np.abs(cut_face(lines, Square(480, 480, 960)).astype(int) - 20).max() <= 1
    assert np.abs(cut_face(lines, Square(480, 480, 960, math.pi)).astype(int) - 20).max() <= 1


@pytest.mark.parametrize(
    ("colour", "grey"), [((255, 255, 255), 255), ((255, 0, 0), 76), ((0, 255, 0), 150)]
)
def test_grey_is_bt601(colour: tuple[int, int, int], grey: int) -> None:
    assert to_grey(np.full((2, 2, 3), colour, np.uint8)).tolist() == [[grey] * 2] * 2


def face(left_eye: tuple[float, float], right_eye: tuple[float, float]) -> Face:
    rest = ((50.0, 55.0), (50.0, 65.0), (30.0, 50.0), (70.0, 50.0))
    return Face(30, 30, 70, 70, 0.9, (left_eye, right_eye, *rest))


def test_the_square_is_larger_than_the_box_and_higher() -> None:
    square = frame_face(face((40, 45), (60, 45)), Framing(1.5, 0.1))
    assert square == Square(50, 46, 60)


def test_tilted_heads_come_out_straight() -> None:
    tilted = face((43, 43), (57, 57))  # 45 degrees, clockwise
    assert frame_face(tilted, Framing(1.5, 0.1)).angle == 0
    square = frame_face(tilted, Framing(1.5, 0.1), upright=True)
    assert square.angle == pytest.approx(math.pi / 4)
    # "Higher" is towards the top of the head, which is up and to the right in the picture.
    step = 4 / math.sqrt(2)
    assert (square.x, square.y) == (pytest.approx(50 + step), pytest.approx(50 - step))
    grey = np.zeros((100, 100), np.uint8)
    for x, y in tilted.keypoints[:2]:
        grey[round(y) - 1 : round(y) + 1, round(x) - 1 : round(x) + 1] = 255
    rows, _ = np.nonzero(cut_face(grey, square) > 60)
    assert np.ptp(rows) <= 4, "the eyes lie side by side"
