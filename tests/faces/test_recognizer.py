"""One picture in every form that people hold it in, or several."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fer_keras import InputError, Recognizer
from fer_keras.faces.crop import Framing

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer("mobile-s")


def test_every_form_of_a_picture_gives_the_same_faces(recognizer: Recognizer) -> None:
    (face,) = recognizer(PHOTO)
    assert face.label == "happy"
    assert face.probability == face.probabilities["happy"] == max(face.probabilities.values())
    assert sum(face.probabilities.values()) == pytest.approx(1, abs=0.03)
    assert 0 <= face.box.left < face.box.right <= 512
    image = Image.open(PHOTO)
    forms: list[Any] = [str(PHOTO), PHOTO.read_bytes(), image, np.asarray(image.convert("RGB"))]
    for form in forms:
        assert recognizer(form) == [face]
    assert recognizer([PHOTO, np.full((64, 64), 9, np.uint8)]) == [[face], []]
    (unsure,) = recognizer(PHOTO, abstain_below=1)
    assert unsure.label == "unsure"


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (b"no picture", r"picture: .*not a picture"),
        (np.zeros((9, 9)), "picture: an array of float64; give uint8"),
        (np.zeros((9, 9, 2), np.uint8), r"shape \(9, 9, 2\)"),
        (7, "picture: a int; give a path"),
        ("nowhere.jpg", "nowhere.jpg"),
    ],
)
def test_what_is_no_picture_is_said(recognizer: Recognizer, picture: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        recognizer(picture)


def test_a_copy_in_another_process_is_asked_alike(recognizer: Recognizer) -> None:
    assert pickle.loads(pickle.dumps(recognizer))(PHOTO) == recognizer(PHOTO)
    loose = Recognizer("mobile-s", "short", upright=True, framing=Framing(2.0, 0.0))
    copy = pickle.loads(pickle.dumps(loose))
    assert copy.asked == loose.asked
    assert copy(PHOTO) == loose(PHOTO) != recognizer(PHOTO)
