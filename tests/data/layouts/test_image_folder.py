from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fer_keras.data import read_faces
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.data.layouts.image_folder import read_image_folder
from fer_keras.data.read_faces import read_face
from fer_keras.errors import InputError


def save(path: Path, level: int = 0, size: tuple[int, int] = (48, 48), mode: str = "L") -> Path:
    """A picture of one grey level."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, level).convert(mode).save(path)
    return path


def levels(images: NDArray[np.uint8]) -> list[int]:
    return [int(image[0, 0, 0]) for image in images]


def test_the_file_names_of_fer2013_give_back_three_splits(tmp_path: Path) -> None:
    save(tmp_path / "train/angry/Training_1.png", 1)
    save(tmp_path / "train/happy/Training_2.png", 2)
    save(tmp_path / "test/angry/PublicTest_3.png", 3)
    save(tmp_path / "test/happy/PrivateTest_4.png", 4)
    labels, splits, notes = read_image_folder(tmp_path, "f")
    assert labels == FER2013_LABELS
    assert {name: levels(split.images) for name, split in splits.items()} == {
        "train": [1, 2],
        "validation": [3],
        "test": [4],
    }
    assert splits["train"].labels.tolist() == [0, 3]
    assert splits["validation"].labels.tolist() == [0]
    # Positions in the sorted list of files: test/ comes before train/.
    assert splits["train"].rows.tolist() == [2, 3]
    assert notes == ()


def test_without_them_a_tenth_of_each_class_of_train_is_validation(tmp_path: Path) -> None:
    for number in range(40):
        save(tmp_path / f"train/cat/{number:02}.png", number)
    for number in range(20):
        save(tmp_path / f"train/dog/{number:02}.png", 100 + number)
    save(tmp_path / "test/dog/1.png", 200)
    labels, splits, notes = read_image_folder(tmp_path, "f")
    assert labels == ("cat", "dog")
    assert np.bincount(splits["train"].labels).tolist() == [36, 18]
    assert np.bincount(splits["validation"].labels).tolist() == [4, 2]
    assert levels(splits["test"].images) == [200]
    seen = levels(splits["train"].images) + levels(splits["validation"].images)
    assert sorted(seen) == [*range(40), *range(100, 120)]
    assert len(notes) == 1
    assert "no validation folder" in notes[0]
    again = read_image_folder(tmp_path, "f")[1]
    assert levels(again["validation"].images) == levels(splits["validation"].images)


@pytest.mark.parametrize("name", ["validation", "val", "Valid"])
def test_a_validation_folder_is_taken_as_it_is(name: str, tmp_path: Path) -> None:
    save(tmp_path / "train/a/1.png", 1)
    save(tmp_path / f"{name}/a/2.png", 2)
    save(tmp_path / "test/b/3.png", 3)
    labels, splits, notes = read_image_folder(tmp_path, "f")
    assert labels == ("a", "b")
    assert {name: levels(split.images) for name, split in splits.items()} == {
        "train": [1],
        "validation": [2],
        "test": [3],
    }
    assert notes == ()


def test_class_folders_alone_are_split_80_10_10(tmp_path: Path) -> None:
    for label in ("x", "y", "z"):
        for number in range(20):
            save(tmp_path / "faces" / label / f"{number}.png", number)
    labels, splits, notes = read_image_folder(tmp_path, "f")
    assert labels == ("x", "y", "z")
    counts = {name: np.bincount(split.labels).tolist() for name, split in splits.items()}
    assert counts == {"train": [16] * 3, "validation": [2] * 3, "test": [2] * 3}
    assert "a tenth of each class is validation, a tenth test" in notes[0]


def test_every_format_is_read_and_conversions_are_counted(tmp_path: Path) -> None:
    for suffix in ("png", "jpg", "JPEG", "bmp", "webp"):
        save(tmp_path / f"train/a/plain.{suffix}", 100)
    save(tmp_path / "train/a/colour.png", 100, mode="RGB")
    save(tmp_path / "train/a/large.png", 100, size=(200, 150))
    save(tmp_path / "train/a/small.png", 100, size=(20, 20), mode="RGBA")
    (tmp_path / "train/a/notes.txt").write_text("no face")
    (tmp_path / "train/a/._plain.jpg").write_text("left by a Mac")
    save(tmp_path / "train/.ipynb_checkpoints/1.png")
    labels, splits, notes = read_image_folder(tmp_path, "f")
    images = np.concatenate([split.images for split in splits.values()])
    assert labels == ("a",)
    assert images.shape == (8, 48, 48, 1)
    assert np.abs(images.astype(int) - 100).max() <= 2
    # WebP has no grey: it is a conversion too.
    assert any(note.startswith("4 of 8 images were not 48x48 grey") for note in notes)
    assert any(note.startswith("1 files in class folders are no") for note in notes)


def test_sixteen_bits_are_scaled_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.full((48, 48), 128 * 256, dtype=np.uint16)).save(path)
    face, converted = read_face(path)
    assert converted
    assert (face == 128).all()


def test_a_rotated_photograph_is_put_upright(tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    pixels = np.zeros((48, 48), np.uint8)
    pixels[:, :24] = 255  # bright on the left as stored
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to show
    Image.fromarray(pixels).convert("RGB").save(path, exif=exif, quality=95)
    face, _ = read_face(path)
    assert face[:20].mean() > 240
    assert face[28:].mean() < 15


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n1234"])
def test_a_file_that_is_no_image_is_named(content: bytes, tmp_path: Path) -> None:
    save(tmp_path / "train/a/1.png")
    (tmp_path / "train/a/2.png").write_bytes(content)
    with pytest.raises(InputError, match=r"f: train/a/2.png: can't be decoded") as error:
        read_image_folder(tmp_path, "f")
    assert "\n" not in str(error.value)


def test_an_image_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train/a/1.png"
    path.parent.mkdir(parents=True)
    noise = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:1200])
    with pytest.raises(InputError, match=r"train/a/1.png: can't be decoded"):
        read_image_folder(tmp_path, "f")


def test_an_image_bomb_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_faces, "LARGEST_IMAGE", 10_000)
    save(tmp_path / "train/a/1.png", size=(200, 100))
    with pytest.raises(InputError, match=r"1.png: 200x100 pixels are too many"):
        read_image_folder(tmp_path, "f")


def test_a_gigantic_header_is_refused_without_a_warning(tmp_path: Path) -> None:
    path = save(tmp_path / "huge.png", size=(10_000, 10_000), mode="1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError, match=r"huge\.png"):
            read_face(path)


def test_folders_without_images_are_refused(tmp_path: Path) -> None:
    (tmp_path / "train/angry").mkdir(parents=True)
    with pytest.raises(InputError, match="f: no images found"):
        read_image_folder(tmp_path, "f")
