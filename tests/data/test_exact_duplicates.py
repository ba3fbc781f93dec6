from __future__ import annotations

import numpy as np
import pytest

from fer_keras.data.duplicates import pixel_groups
from fer_keras.data.face_data import FaceData, Split
from fer_keras.errors import InputError

NOISE = np.random.default_rng(3).integers(0, 256, (6, 48, 48, 1), dtype=np.uint8)


def split_of(*numbers: int) -> Split:
    images = NOISE[list(numbers)]
    return Split(images, np.zeros(len(images), np.int64), np.arange(len(images)))


DATA = FaceData(
    ("a",),
    {"train": split_of(0, 1, 1), "validation": split_of(2, 0, 3), "test": split_of(1, 3)},
    "",
    "",
)


def test_groups_number_distinct_faces_in_order() -> None:
    assert pixel_groups(NOISE[[2, 0, 2, 1, 0]]).tolist() == [0, 1, 0, 2, 1]


def test_one_grey_level_makes_another_face() -> None:
    other = NOISE[:1].copy()
    other[0, 20, 20, 0] ^= 1
    assert pixel_groups(np.concatenate([NOISE[:1], other])).tolist() == [0, 1]


def test_copies_of_training_faces_are_marked() -> None:
    assert DATA.exact_copies("validation").tolist() == [False, True, False]
    assert DATA.exact_copies("test").tolist() == [True, False]
    assert DATA.exact_copies("test", ("train", "validation")).tolist() == [True, True]
    assert DATA.exact_copies("test", of="validation").tolist() == [False, True]


def test_a_split_that_is_not_there_is_an_error() -> None:
    short = FaceData(("a",), {"test": split_of(1)}, "t.csv", "")
    with pytest.raises(InputError, match="there is no train split"):
        short.exact_copies("test")
