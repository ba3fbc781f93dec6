from __future__ import annotations

import numpy as np
import pytest

from fer_keras.data.face_data import Split
from fer_keras.errors import InputError
from fer_keras.export.calibration import (
    Calibration,
    calibration_fingerprint,
    representative_faces,
)


def split(counts: dict[int, int]) -> Split:
    """Faces whose every pixel tells their class."""
    labels = np.repeat(list(counts), list(counts.values())).astype(np.int64)
    images = np.full((len(labels), 48, 48, 1), 0, np.uint8)
    images[:] = (10 + labels * 20)[:, None, None, None]
    images[:, 0, 0, 0] = 9
    return Split(images, labels, np.arange(len(labels)))


def classes(faces: np.ndarray) -> list[int]:
    """Of all but the first, which is stretched."""
    return [int(value) for value in (faces[1:, 24, 24, 0].astype(int) - 10) // 20]


def test_balanced_takes_the_same_number_of_each_as_far_as_there_are() -> None:
    training = split({0: 500, 1: 3, 2: 80})
    found = np.bincount(classes(representative_faces(training, Calibration(60))), minlength=3)
    assert found.sum() == 59
    assert found[1] in (2, 3)
    assert abs(found[0] - found[2]) <= 2
    plain = np.bincount(
        classes(representative_faces(training, Calibration(60, balanced=False))), minlength=3
    )
    assert plain[0] > 3 * plain[2]


def test_the_range_is_that_of_pixels_whatever_was_drawn() -> None:
    faces = representative_faces(split({0: 5, 1: 5}), Calibration(4))
    assert faces.shape == (4, 48, 48, 1)
    assert faces.dtype == np.uint8
    assert (faces[0].min(), faces[0].max()) == (0, 255)
    blank = Split(np.zeros((2, 48, 48, 1), np.uint8), np.zeros(2, np.int64), np.arange(2))
    assert representative_faces(blank, Calibration(2)).max() == 255


def test_the_choice_follows_the_seed_and_leaves_the_data_alone() -> None:
    training = split({0: 50, 1: 50})
    before = training.images.copy()
    first = representative_faces(training, Calibration(20, balanced=False))
    again = representative_faces(training, Calibration(20, balanced=False))
    other = representative_faces(training, Calibration(20, balanced=False, seed=1))
    assert calibration_fingerprint(first) == calibration_fingerprint(again)
    assert calibration_fingerprint(first) != calibration_fingerprint(other)
    np.testing.assert_array_equal(training.images, before)


def test_no_faces_are_too_few() -> None:
    with pytest.raises(InputError, match="1 face or more"):
        representative_faces(split({0: 5}), Calibration(0))
    with pytest.raises(InputError, match="training split is empty"):
        representative_faces(split({}), Calibration(5))


def test_the_first_face_is_its_own_at_full_contrast_and_the_others_are_as_they_were() -> None:
    ramps = np.linspace(0, 1, 48 * 48).reshape(48, 48, 1)
    images = np.stack([100 + low * 5 + ramps * (30 + 9 * low) for low in range(3)]).astype(np.uint8)
    training = Split(images, np.array([0, 1, 2]), np.arange(3))
    first, *others = representative_faces(training, Calibration(3))
    left = [image for image in images if not any((image == other).all() for other in others)]
    assert len(left) == 1
    plain = left[0].astype(np.float64)
    wanted = (plain - plain.min()) / np.ptp(plain) * 255
    np.testing.assert_allclose(first, wanted, atol=0.5)
