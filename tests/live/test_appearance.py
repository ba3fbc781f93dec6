from __future__ import annotations

import math

import numpy as np
import pytest

from fer_keras.detection import Face
from fer_keras.live.appearance import see_looks, unlikeness

RED, BLUE, SKIN = (200, 30, 30), (30, 30, 200), (220, 180, 150)


def person(clothes: tuple[int, int, int], height: int = 480) -> tuple[np.ndarray, Face]:
    """A box of 100 pixels of skin over clothes, in a picture that may end above their hem."""
    picture = np.full((480, 640, 3), 128, np.uint8)
    picture[150:350, 250:400] = SKIN
    picture[325:, 200:440] = clothes
    face = Face(270, 200, 370, 300, 0.9, ())
    return picture[:height], face


def test_a_person_looks_like_themselves_and_not_like_another() -> None:
    (red,), (again,), (blue,) = (
        see_looks(picture, [face]) for picture, face in map(person, (RED, RED, BLUE))
    )
    assert unlikeness(red, again) == 0
    assert unlikeness(red, blue) > 0.25


def test_clothes_of_which_half_is_in_the_picture_are_seen() -> None:
    """In a close-up; of which less is, they say nothing."""
    for height, seen in ((360, True), (345, False)):
        picture, face = person(RED, height)
        (looks,) = see_looks(picture, [face])
        assert np.isfinite(looks[4]).all() == seen
        assert np.isnan(looks[6]).all()


def test_what_lies_behind_another_face_is_not_seen() -> None:
    picture, face = person(RED)
    (looks, _) = see_looks(picture, [face, Face(250, 330, 400, 400, 0.9, ())])
    assert np.isnan(looks[4]).all()


@pytest.mark.parametrize(("side", "hides"), [(100, True), (70, False)])
def test_what_may_lie_behind_other_shoulders_is_not_seen(side: int, hides: bool) -> None:
    """Of somebody much smaller, who stands farther back, nothing is in front."""
    picture, face = person(RED)
    other = Face(420, 240, 420 + side, 240 + side, 0.9, ())
    (looks, _) = see_looks(picture, [face, other])
    assert np.isnan(looks[5]).all() == hides
    assert np.isfinite(looks[:4]).all()


def test_one_region_alone_makes_nobody_another() -> None:
    """A hand before the cheek, or the ground where hair was."""
    picture, face = person(RED)
    (looks,) = see_looks(picture, [face])
    other = looks.copy()
    other[3] = 1 - other[3]
    assert unlikeness(looks, other) == pytest.approx(0, abs=1e-6)
    other[4] = 1 - other[4]
    assert unlikeness(looks, other) > 0.1


def test_too_little_says_nothing() -> None:
    looks = np.full((7, 3), np.nan, np.float32)
    looks[:2] = 0.5
    assert math.isnan(unlikeness(looks, looks))
