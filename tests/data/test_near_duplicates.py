from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from fer_keras.data import duplicates
from fer_keras.data.drawn import synthetic_data
from fer_keras.data.duplicates import near_pairs


@pytest.fixture(scope="module")
def faces() -> NDArray[np.uint8]:
    return synthetic_data(120, 10, 10, seed=5).split("train").images


def pairs_of(images: NDArray[np.uint8]) -> list[tuple[int, int, bool]]:
    found = near_pairs(images)
    return list(
        zip(found.first.tolist(), found.second.tolist(), found.mirrored.tolist(), strict=True)
    )


def changed(face: NDArray[np.uint8], how: str) -> NDArray[np.uint8]:
    picture = Image.fromarray(face[..., 0])
    if how == "brighter":
        picture = picture.point(lambda level: min(255, int(level * 0.7 + 60)))
    elif how == "darker":
        picture = picture.point(lambda level: level // 2)
    elif how == "moved":
        picture = picture.resize((48, 48), Image.Resampling.BICUBIC, box=(2, 0, 48, 46))
    elif how == "other crop":
        picture = picture.resize((48, 48), Image.Resampling.BICUBIC, box=(1, 1, 47, 47))
    elif how == "blurred":
        picture = picture.filter(ImageFilter.GaussianBlur(0.8))
    elif how == "watermarked":
        picture.paste(200, (30, 41, 46, 43))
    elif how == "mirrored":
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.asarray(picture, dtype=np.uint8)[..., None]


def test_strangers_are_no_pairs(faces: NDArray[np.uint8]) -> None:
    assert pairs_of(faces) == []


@pytest.mark.parametrize(
    "how",
    ["same", "brighter", "darker", "moved", "other crop", "blurred", "watermarked", "mirrored"],
)
def test_the_same_photograph_is_found_again(how: str, faces: NDArray[np.uint8]) -> None:
    chosen = [3, 40, 77]
    copies = np.stack([changed(faces[index], how) for index in chosen])
    found = pairs_of(np.concatenate([faces, copies]))
    assert found == [
        (index, len(faces) + position, how == "mirrored") for position, index in enumerate(chosen)
    ]


def test_flat_pictures_are_in_no_pair(faces: NDArray[np.uint8]) -> None:
    flat = np.stack([np.full((48, 48, 1), level, np.uint8) for level in (0, 0, 128, 255)])
    assert pairs_of(np.concatenate([flat, faces[:5], flat])) == []
    assert pairs_of(flat) == []


def test_a_symmetric_face_is_found_once() -> None:
    half = (
        np.random.default_rng(0).integers(0, 256, (8, 4), dtype=np.uint8).repeat(6, 0).repeat(6, 1)
    )
    whole = np.concatenate([half, half[:, ::-1]], axis=1)[..., None]
    assert pairs_of(np.stack([whole, whole])) == [(0, 1, False)]


def test_blocks_make_no_difference(
    faces: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = np.concatenate(
        [faces[:40], np.stack([changed(face, "other crop") for face in faces[:40]])]
    )
    whole = near_pairs(images)
    monkeypatch.setattr(duplicates, "_BLOCK", 7)
    blocks = near_pairs(images)
    np.testing.assert_array_equal(whole.first, blocks.first)
    np.testing.assert_array_equal(whole.second, blocks.second)
    np.testing.assert_allclose(whole.detail, blocks.detail, atol=1e-5)
    assert whole.first.tolist() == list(range(40))


def test_progress_rises_to_one(faces: NDArray[np.uint8]) -> None:
    shares: list[float] = []
    near_pairs(faces, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.4, 1.0), st.integers(0, 100))
def test_brightness_and_contrast_never_hide_a_copy(seed: int, gain: float, lift: int) -> None:
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (1, 12, 12), dtype=np.uint8).repeat(4, 1).repeat(4, 2)
    face = (coarse * 0.6).astype(np.uint8)[..., None]
    copy = (face * gain + lift).astype(np.uint8)
    found = near_pairs(np.concatenate([face, copy]))
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])
    assert found.detail[0] > 0.98
