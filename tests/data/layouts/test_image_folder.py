from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fer_keras import picture_file
from fer_keras.data.face_data import Split
from fer_keras.data.layouts.image_folder import list_image_folder
from fer_keras.data.layouts.listing import read_face, read_listing
from fer_keras.data.source import open_data
from fer_keras.errors import InputError


def save(path: Path, level: int = 0, size: tuple[int, int] = (48, 48), mode: str = "L") -> Path:
    """A picture of one grey level."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, level).convert(mode).save(path)
    return path


def read(
    folder: Path, class_order: tuple[str, ...] | None = None
) -> tuple[tuple[str, ...], dict[str, Split], tuple[str, ...]]:
    listing = list_image_folder(folder, "f", class_order)
    contents = (folder / picture.path for picture in listing.pictures)
    data = read_listing(listing, contents, "f")
    return data.labels, dict(data.splits), data.notes


def levels(images: NDArray[np.uint8]) -> list[int]:
    return [int(image[0, 0, 0]) for image in images]


def grown(folder: Path, *paths: str) -> Path:
    """A folder of pictures at these paths, each of another grey."""
    for number, path in enumerate(paths):
        save(folder / path, number)
    return folder


def by_split(splits: dict[str, Split]) -> dict[str, list[int]]:
    return {name: levels(split.images) for name, split in splits.items()}


def test_the_file_names_of_fer2013_give_back_three_splits(tmp_path: Path) -> None:
    save(tmp_path / "train/angry/Training_1.png", 1)
    save(tmp_path / "train/happy/Training_2.png", 2)
    save(tmp_path / "test/angry/PublicTest_3.png", 3)
    save(tmp_path / "test/happy/PrivateTest_4.png", 4)
    labels, splits, notes = read(tmp_path)
    assert labels == ("angry", "happy")
    assert by_split(splits) == {"train": [1, 2], "validation": [3], "test": [4]}
    assert splits["train"].labels.tolist() == [0, 1]
    assert splits["validation"].labels.tolist() == [0]
    # Positions in the sorted list of files: test/ comes before train/.
    assert splits["train"].rows.tolist() == [2, 3]
    assert notes == (
        "read as an image folder: train 2, validation 1, test 1 faces of 2 classes (angry, happy)",
        "validation: the PublicTest_ files of test",
        "validation has no happy",
        "test has no angry",
    )


def test_they_split_class_folders_too_if_all_are_called_so(tmp_path: Path) -> None:
    names = ("angry/Training_1.png", "happy/PublicTest_2.png", "happy/PrivateTest_3.png")
    _, splits, notes = read(grown(tmp_path, *names))
    assert by_split(splits) == {"train": [0], "validation": [1], "test": [2]}
    assert "splits by the file names' Training_, PublicTest_ and PrivateTest_" in notes


@pytest.mark.parametrize("where", ["test", "validation"])
def test_a_folder_wins_over_the_names_of_its_files(where: str, tmp_path: Path) -> None:
    names = [
        f"{split}/{label}/training_{n}.png"
        for split in ("train", where)
        for label in ("a", "b")
        for n in range(10)
    ]
    _, splits, notes = read(grown(tmp_path, *names))
    assert len(splits[where]) == 20
    assert ("20 files in test are called as FER2013's train: the folder decides" in notes) == (
        where == "test"
    )
    assert sum(map(len, splits.values())) == 40


def test_without_them_a_tenth_of_each_class_of_train_is_validation(tmp_path: Path) -> None:
    for number in range(40):
        save(tmp_path / f"train/cat/{number:02}.png", number)
    for number in range(20):
        save(tmp_path / f"train/dog/{number:02}.png", 100 + number)
    save(tmp_path / "test/dog/1.png", 200)
    labels, splits, notes = read(tmp_path)
    assert labels == ("cat", "dog")
    assert np.bincount(splits["train"].labels).tolist() == [36, 18]
    assert np.bincount(splits["validation"].labels).tolist() == [4, 2]
    assert levels(splits["test"].images) == [200]
    seen = levels(splits["train"].images) + levels(splits["validation"].images)
    assert sorted(seen) == [*range(40), *range(100, 120)]
    assert notes[1:] == (
        "test has no cat",
        "no validation split: a tenth of each class of train is validation",
    )
    again = read(tmp_path)[1]
    assert levels(again["validation"].images) == levels(splits["validation"].images)


@pytest.mark.parametrize("name", ["validation", "val", "Valid", "dev"])
def test_a_validation_folder_is_taken_as_it_is(name: str, tmp_path: Path) -> None:
    labels, splits, notes = read(
        grown(tmp_path, "train/a/1.png", f"{name}/a/2.png", "test/b/3.png")
    )
    assert labels == ("a", "b")
    assert by_split(splits) == {"train": [0], "validation": [1], "test": [2]}
    assert (f"splits: validation from {name}" in notes) == (name != "validation")


def test_class_folders_alone_are_split_80_10_10(tmp_path: Path) -> None:
    for label in ("x", "y", "z"):
        for number in range(20):
            save(tmp_path / "faces" / label / f"{number}.png", number)
    labels, splits, notes = read(tmp_path)
    assert labels == ("x", "y", "z")
    counts = {name: np.bincount(split.labels).tolist() for name, split in splits.items()}
    assert counts == {"train": [16] * 3, "validation": [2] * 3, "test": [2] * 3}
    assert "no splits: a tenth of each class is validation, a tenth test" in notes


def test_every_format_is_read_and_conversions_are_counted(tmp_path: Path) -> None:
    for suffix in ("png", "jpg", "JPEG", "bmp", "webp", "tiff"):
        save(tmp_path / f"train/a/plain.{suffix}", 100)
    save(tmp_path / "train/a/colour.png", 100, mode="RGB")
    save(tmp_path / "train/a/large.png", 100, size=(200, 150))
    save(tmp_path / "train/a/small.png", 100, size=(20, 20), mode="RGBA")
    (tmp_path / "train/a/notes.txt").write_text("no face")
    (tmp_path / "train/a/._plain.jpg").write_text("left by a Mac")
    save(tmp_path / "train/.ipynb_checkpoints/1.png")
    labels, splits, notes = read(tmp_path)
    images = np.concatenate([split.images for split in splits.values()])
    assert labels == ("a",)
    assert images.shape == (9, 48, 48, 1)
    assert np.abs(images.astype(int) - 100).max() <= 2
    # WebP has no grey: it is a conversion too.
    assert any(note.startswith("4 of 9 images were not 48x48 grey") for note in notes)
    assert any(note.startswith("left in train: 1 files that are no .jpg") for note in notes)


def test_a_folder_keeps_the_classes_that_it_has(tmp_path: Path) -> None:
    labels, splits, _ = read(grown(tmp_path, "train/Sadness/1.png", "train/happy/2.png"))
    assert labels == ("happy", "sad")
    assert splits["train"].labels.tolist() == [1, 0]


def test_names_that_differ_in_case_between_splits_are_one_class(tmp_path: Path) -> None:
    folder = grown(
        tmp_path, "train/Cat/1.png", "train/dog/2.png", "test/cat/3.png", "test/Dog/4.png"
    )
    labels, splits, notes = read(folder)
    assert labels == ("Cat", "Dog")
    assert splits["test"].labels.tolist() == [1, 0]
    assert "Cat and cat are one class, Cat" in notes


def test_names_that_differ_in_case_within_a_split_are_refused(tmp_path: Path) -> None:
    folder = grown(tmp_path, "train/Cat/1.png", "train/cat/2.png")
    with pytest.raises(InputError, match="folders Cat and cat differ in case alone"):
        read(folder)


def test_what_stands_beside_the_splits_is_named_and_left(tmp_path: Path) -> None:
    folder = grown(
        tmp_path,
        *(f"{split}/{label}/1.png" for split in ("train", "test") for label in ("a", "b")),
        *("eval/a/1.png", "train_aug/a/1.png", "train_aug/b/1.png", "train/b/more/1.png"),
        *("train/1.png", "cover.png", "notes/readme.txt/1.png"),
    )
    (folder / "test" / "fear" / "empty").mkdir(parents=True)
    _, splits, notes = read(folder)
    assert sum(map(len, splits.values())) == 4
    assert {note for note in notes if note.startswith("left")} == {
        "left: eval (1 images), which is not train, validation or test",
        "left: notes (1 images), which is not train, validation or test",
        "left: train_aug (2 images), which is not train, validation or test",
        "left: 1 images beside the split folders",
        "left in train: 1 images in folders below the class folders",
        "left in train: 1 images beside the class folders",
        "left: test/fear, which has no image in it",
    }


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (("train_aug/a/1.png", "eval/a/1.png"), "eval holds folders of images where a class"),
        (("train/images/1.png", "test/images/2.png"), "pictures in images have no class"),
        (("images/1.png", "labels/2.png"), "pictures in images, labels have no class"),
        (("train/a/1.png", "val/a/1.png", "dev/a/1.png"), "dev and val would both be validation"),
        (("0/1.png", "1/2.png"), "numbers, which mean other emotions in other data sets"),
        (("0/1.png", "happy/2.png"), r"with numbers \(0\) and with names \(happy\)"),
    ],
)
def test_folders_that_contradict_themselves_are_refused(
    paths: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        read(grown(tmp_path, *paths))


def test_images_between_a_split_and_its_classes_is_no_class(tmp_path: Path) -> None:
    names = [f"{split}/images/{label}/1.png" for split in ("train", "test") for label in "ab"]
    labels, splits, _ = read(grown(tmp_path, *names))
    assert labels == ("a", "b")
    assert by_split(splits)["train"] == [0, 1]


def test_numbers_mean_what_is_declared(tmp_path: Path) -> None:
    folder = grown(tmp_path, "train/1/1.png", "train/2/2.png", "test/2/3.png")
    labels, splits, notes = read(folder, ("happy", "angry"))
    assert labels == ("angry", "happy")
    assert splits["train"].labels.tolist() == [1, 0]
    assert splits["test"].labels.tolist() == [0]
    assert "classes as declared: 1 happy, 2 angry" in notes
    for order in (("happy",), ("a", "b", "c"), ("a", "a")):
        with pytest.raises(InputError, match=r"class_order: \d names for the class folders 1, 2"):
            read(folder, order)
    with pytest.raises(InputError, match="class_order: f has class folders with names"):
        read(grown(tmp_path / "named", "a/1.png"), ("a",))


def test_subjects_stand_in_one_split_where_names_tell_them(tmp_path: Path) -> None:
    names = [
        f"{label}/S{who:03}_001_{frame:08}.png"
        for who in range(30)
        for label in ("happy", "contempt")
        for frame in (7, 8, 9)
    ]
    labels, splits, notes = read(grown(tmp_path, *names))
    assert labels == ("happy", "contempt")
    who = {name: {level // 6 for level in levels(s.images)} for name, s in splits.items()}
    assert {name: len(people) for name, people in who.items()} == {
        "train": 24,
        "validation": 3,
        "test": 3,
    }
    assert not who["train"] & who["validation"] | who["train"] & who["test"]
    assert "no splits: a tenth, by whole subjects, is validation, a tenth test" in notes


def test_faces_behind_links_are_read(tmp_path: Path) -> None:
    grown(tmp_path / "elsewhere", "train/a/1.png", "train/b/2.png")
    folder = tmp_path / "faces"
    folder.mkdir()
    (folder / "train").symlink_to(tmp_path / "elsewhere" / "train")
    assert by_split(read(folder)[1]) == {"train": [0, 1]}


def test_sixteen_bits_are_scaled_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.full((48, 48), 128 * 256, dtype=np.uint16)).save(path)
    face, converted, _ = read_face(path)
    assert converted
    assert (face == 128).all()


def test_a_rotated_photograph_is_put_upright(tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    pixels = np.zeros((48, 48), np.uint8)
    pixels[:, :24] = 255  # bright on the left as stored
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to show
    Image.fromarray(pixels).convert("RGB").save(path, exif=exif, quality=95)
    face = read_face(path).face
    assert face[:20].mean() > 240
    assert face[28:].mean() < 15


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n1234"])
def test_a_file_that_is_no_image_is_named(content: bytes, tmp_path: Path) -> None:
    save(tmp_path / "train/a/1.png")
    (tmp_path / "train/a/2.png").write_bytes(content)
    message = r"f: a picture can't be decoded as an image: train/a/2.png \("
    with pytest.raises(InputError, match=message) as error:
        read(tmp_path)
    assert "\n" not in str(error.value)


def test_all_broken_images_are_named_at_once(tmp_path: Path) -> None:
    for number in range(100):
        save(tmp_path / f"train/a/{number:03}.png")
        if number % 4 == 0:
            (tmp_path / f"train/a/{number:03}.png").write_bytes(b"broken")
    with pytest.raises(InputError, match="f: 25 pictures can't be decoded") as error:
        read(tmp_path)
    for number in range(0, 80, 4):
        assert f"train/a/{number:03}.png (" in str(error.value)
    assert "and 5 more" in str(error.value)


def test_an_image_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train/a/1.png"
    path.parent.mkdir(parents=True)
    noise = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:1200])
    with pytest.raises(InputError, match=r"can't be decoded as an image: train/a/1.png"):
        read(tmp_path)


def test_an_image_bomb_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_file, "LARGEST", 10_000)
    save(tmp_path / "train/a/1.png", size=(200, 100))
    with pytest.raises(InputError, match=r"1.png \(200x100 are too many"):
        read(tmp_path)


def test_a_gigantic_picture_is_read_without_a_warning(tmp_path: Path) -> None:
    path = save(tmp_path / "huge.png", size=(10_000, 10_000), mode="1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_face(path).face.shape == (48, 48, 1)


def test_folders_without_images_are_refused(tmp_path: Path) -> None:
    (tmp_path / "train/angry").mkdir(parents=True)
    with pytest.raises(InputError, match="f: no images found"):
        read(tmp_path)


def test_links_to_themselves_pipes_and_devices_are_named_with_all_broken_ones(
    tmp_path: Path,
) -> None:
    for number in range(20):
        path = tmp_path / ("sad", "happy")[number % 2] / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.new("L", (48, 48), number * 9).save(path)
    (tmp_path / "sad" / "loop.png").symlink_to("loop.png")
    (tmp_path / "sad" / "zero.png").symlink_to("/dev/zero")
    (tmp_path / "happy" / "cut.png").write_bytes(b"\x89PNG")
    os.mkfifo(tmp_path / "happy" / "pipe.png")
    with pytest.raises(InputError, match="4 pictures can't be decoded") as error:
        open_data(str(tmp_path))
    for name in ("sad/loop.png", "sad/zero.png", "happy/cut.png", "happy/pipe.png"):
        assert name in str(error.value)


@pytest.mark.parametrize("name", [os.fsdecode(b"\xff"), "a\nb", "\x1b[2J", "a\u2028b"])
def test_class_folders_whose_names_fit_no_line_are_named(name: str, tmp_path: Path) -> None:
    """A model file has a line for each class: `a` and `b` would be two of them."""
    grown(tmp_path, f"train/{name}/1.png", "train/happy/2.png")
    with pytest.raises(InputError, match=r"the class name .* holds a line break"):
        read(tmp_path)
