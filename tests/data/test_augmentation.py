"""Augmentation moves pixels as far as it says, and no further."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_keras.data.augmentation import RANDOM_NUMBERS, Augmentation, augment
from fer_keras.training.recipes import STRONG_AUGMENTATION

NOTHING = Augmentation()


def faces(n: int = 3) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (n, 48, 48, 1)).astype("uint8")


def numbers(n: int = 3, **fixed: float) -> np.ndarray:
    """Uniform numbers in the middle of every range, but for some places."""
    uniform = np.full((n, RANDOM_NUMBERS), 0.5, dtype="float32")
    for place, value in fixed.items():
        uniform[:, int(place[1:])] = value
    return uniform


def test_nothing_changes_nothing() -> None:
    images = faces()
    uniform = np.random.default_rng(0).random((3, RANDOM_NUMBERS), dtype="float32")
    np.testing.assert_allclose(augment(images, uniform, NOTHING), images, atol=1e-3)


def test_flip_mirrors_left_and_right() -> None:
    images = faces()
    flipped = augment(images, numbers(_5=0.2), dataclasses.replace(NOTHING, flip=0.5))
    np.testing.assert_allclose(flipped, images[:, :, ::-1], atol=1e-2)
    kept = augment(images, numbers(_5=0.8), dataclasses.replace(NOTHING, flip=0.5))
    np.testing.assert_allclose(kept, images, atol=1e-3)


def test_shift_moves_by_pixels() -> None:
    images = faces()
    # 1.0 is the end of the range: the face is read 4 pixels further right and 2 further down.
    uniform = numbers(_3=1.0, _4=0.75)
    moved = np.asarray(augment(images, uniform, dataclasses.replace(NOTHING, shift=4)))
    np.testing.assert_allclose(moved[:, :46, :44], images[:, 2:, 4:], atol=1e-2)
    assert (moved[:, :, 44:] == 0).all()


def test_rotation_by_ninety_degrees_is_numpys() -> None:
    images = faces()
    turned = np.asarray(augment(images, numbers(_0=1.0), dataclasses.replace(NOTHING, rotation=90)))
    for face, original in zip(turned, images, strict=True):
        np.testing.assert_allclose(face, np.rot90(original, 1), atol=0.5)


def test_zoom_keeps_the_center() -> None:
    images = np.zeros((1, 48, 48, 1), "uint8")
    images[0, 22:26, 22:26] = 200
    larger = np.asarray(augment(images, numbers(1, _1=0.0), dataclasses.replace(NOTHING, zoom=0.5)))
    assert (larger > 100).sum() == pytest.approx(4 * 16, rel=0.3)
    rows, columns = np.nonzero(larger[0, :, :, 0] > 100)
    assert rows.mean() == pytest.approx(23.5, abs=0.1)
    assert columns.mean() == pytest.approx(23.5, abs=0.1)


def test_light() -> None:
    images = np.full((1, 48, 48, 1), 100, "uint8")
    images[0, :24] = 120
    brighter = augment(images, numbers(1, _7=1.0), dataclasses.replace(NOTHING, brightness=30))
    np.testing.assert_allclose(brighter, images + 30.0, atol=1e-2)
    harder = augment(images, numbers(1, _6=1.0), dataclasses.replace(NOTHING, contrast=0.5))
    np.testing.assert_allclose(np.unique(np.round(harder, 2)), [95, 125])


def test_erase_covers_a_rectangle_with_the_mean() -> None:
    images = np.zeros((1, 48, 48, 1), "uint8")
    images[0, ::2] = 200
    erased = np.asarray(augment(images, numbers(1, _12=0.1), dataclasses.replace(NOTHING, erase=1)))
    changed = np.abs(erased - images) > 1
    rows, columns = np.nonzero(changed[0, :, :, 0])
    area = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
    assert changed.sum() == area
    assert erased[changed] == pytest.approx(100)
    kept = augment(images, numbers(1, _12=0.6), dataclasses.replace(NOTHING, erase=0.5))
    np.testing.assert_allclose(kept, images, atol=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 4))
def test_any_draw_gives_a_face(seed: int, n: int) -> None:
    uniform = np.random.default_rng(seed).random((n, RANDOM_NUMBERS), dtype="float32")
    changed = np.asarray(augment(faces(n), uniform, Augmentation(**STRONG_AUGMENTATION)))
    assert changed.shape == (n, 48, 48, 1)
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 255
