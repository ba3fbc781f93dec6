"""Faces of any size, and none where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from made_scene import drawn_face, people
from sklearn.datasets import load_sample_image

from fer_keras.detection import Detector
from fer_keras.detection.detector import what_was_tried

TABLE = [(150, 200, 120), (390, 180, 100), (610, 210, 130), (840, 190, 110), (1060, 215, 125)]
TABLE += [(1200, 420, 170)]
ROW = [(60 + 105 * index, 300, 84) for index in range(12)]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize("side", [120, 320, 1000])
def test_one_drawn_face_in_a_phones_picture(side: int, detector: Detector) -> None:
    (face,) = detector.detect(drawn_face(side, (4000, 3000)))
    np.testing.assert_allclose(face.centre, (2000, 1500), atol=0.2 * side)
    assert 0.5 * side < face.width < side


@pytest.mark.parametrize("places", [TABLE, TABLE[:5], ROW], ids=["six", "five", "twelve"])
def test_groups_are_found_whole(places: list[tuple[int, int, int]], detector: Detector) -> None:
    faces = detector.detect(people(places, (1320, 640)))
    found = sorted((face.centre[0], face.centre[1], face.width) for face in faces)
    assert len(found) == len(places)
    for (x, y, width), (left, top, tall) in zip(found, sorted(places), strict=True):
        assert abs(x - left) < 0.12 * tall
        assert abs(y - (top + 0.13 * tall)) < 0.06 * tall  # a box reaches from brows to chin
        assert 0.45 * tall < width < 0.65 * tall


def test_a_face_that_fills_the_picture(detector: Detector) -> None:
    picture = people([(512, 400, 1900)], (1024, 1024))
    assert len(detector.detect(picture)) == 1
    assert Detector("full").detect(picture) == [], "or this asks too little"


@pytest.mark.parametrize("name", ["flower.jpg", "china.jpg"])
@pytest.mark.parametrize("scale", [0.5, 1, 3])
def test_photographs_without_people_hold_none(name: str, scale: float, detector: Detector) -> None:
    photo = load_sample_image(name)
    assert detector.detect(cv2.resize(photo, None, fx=scale, fy=scale)) == []


def test_the_second_look_is_what_turns_a_flower_down(detector: Detector) -> None:
    assert len(Detector("short").detect(load_sample_image("flower.jpg"))) == 1


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_picture_on_its_side(quarters: int, detector: Detector) -> None:
    upright = people([(200, 300, 150)], (640, 480))
    (straight,) = detector.detect(upright)
    (face,) = detector.detect(np.ascontiguousarray(np.rot90(upright, quarters)))
    assert not straight.is_lying
    assert face.is_lying
    back = {1: (640 - face.centre[1], face.centre[0])}
    back[2] = (640 - face.centre[0], 480 - face.centre[1])
    back[3] = (face.centre[1], 480 - face.centre[0])
    np.testing.assert_allclose(back[quarters], straight.centre, atol=10)
    expected = {1: -np.pi / 2, 2: np.pi, 3: np.pi / 2}[quarters]
    assert np.cos(face.roll - expected) > 0.9


def test_it_says_what_was_tried() -> None:
    assert "100 tiles" in what_was_tried(4000, 3000)
    assert "tiles" not in what_was_tried(300, 300)
    assert "40 pixels" in what_was_tried(1920, 1080)
    assert "8 tiles in turn" in what_was_tried(1280, 720, film=True)
    assert "short" in Detector("short").what_was_tried(300, 300)
