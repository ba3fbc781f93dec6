"""Each layout in which a data set circulates is known, and read rightly or not at all."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import made_layouts
import numpy as np
import pytest
from made_layouts import LAYOUTS
from PIL import Image

from fer_keras.data.face_data import FaceData
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.data.layouts.recognise import read_path
from fer_keras.errors import InputError

EIGHT = EMOTIONS
CK = tuple(label for label in EMOTIONS if label != "neutral")
EXPECTED = {
    # labels, faces of train, validation and test, what is said of the layout, what is left
    "raf_db": (FER2013_LABELS, (14, 7, 7), "RAF-DB (EmoLabel/list_patition_label.txt", ()),
    "raf_db_kaggle": (FER2013_LABELS, (14, 7, 7), "RAF-DB (folders 1 to 7", ()),
    "affectnet": (
        EIGHT,
        (24, 8, 0),
        "AffectNet",
        (
            "left: 3 images of train_set with none, an uncertain or no face",
            "left: 1 images of val_set without an _exp.npy",
            "left: 1 images of val_set with none, an uncertain or no face",
        ),
    ),
    "ck_plus": (CK, (16, 2, 2), "CK+", ("left: 20 sequences without an emotion",)),
    "jaffe": (FER2013_LABELS, (56, 7, 7), "JAFFE", ("left: 1 files that are not called",)),
    "expw": (FER2013_LABELS, (48, 6, 6), "ExpW (label.lst)", ()),
    "ferplus_folders": (
        EIGHT,
        (16, 8, 8),
        "FER+",
        ("left: 2 faces of FER2013Train without a majority, unknown or no face",),
    ),
    "kaggle_train": (FER2013_LABELS, (21, 7, 0), "FER2013's table", ("left: test.csv",)),
    "ckextended": (EIGHT, (16, 8, 8), "CK+'s table", ()),
    "parquet": (FER2013_LABELS, (14, 7, 7), "parquet", ()),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_known_by_what_lies_in_it(name: str, tmp_path: Path) -> None:
    labels, sizes, said, left = EXPECTED[name]
    data = read_path(LAYOUTS[name](tmp_path / "faces"))
    assert data.labels == labels
    assert tuple(len(data.splits.get(s, ())) for s in ("train", "validation", "test")) == sizes
    assert data.notes[0].startswith(f"read as {said}")
    for text in left:
        assert any(text in note for note in data.notes), data.notes


def level_of(data: FaceData) -> dict[str, set[int]]:
    """The grey levels of each class, over all splits."""
    found: dict[str, set[int]] = {label: set() for label in data.labels}
    for split in data.splits.values():
        for image, label in zip(split.images, split.labels, strict=True):
            found[data.labels[label]].add(int(np.median(image)))
    return found


NUMBERED = {
    "raf_db": "surprise fear disgust happy sad angry neutral",
    "raf_db_kaggle": "surprise fear disgust happy sad angry neutral",
    "affectnet": "neutral happy sad surprise fear disgust angry contempt",
    "jaffe": "angry disgust fear happy neutral sad surprise",
    "parquet": "angry disgust fear happy neutral sad surprise",
}


@pytest.mark.parametrize("name", NUMBERED)
def test_numbers_mean_what_its_authors_mean(name: str, tmp_path: Path) -> None:
    levels = level_of(read_path(LAYOUTS[name](tmp_path / "faces")))
    for number, label in enumerate(NUMBERED[name].split()):
        assert all(abs(level - 30 * number) <= 2 for level in levels[label]), (label, levels)


@pytest.mark.parametrize("name", sorted(set(LAYOUTS) - {"parquet"}))
def test_it_is_read_from_an_archive_too(name: str, tmp_path: Path) -> None:
    folder = LAYOUTS[name](tmp_path / "faces")
    data = read_path(folder)
    archive = tmp_path / "packed.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.rglob("*")):
            if name != "kaggle_train" or path.name != "test.csv":
                packed.write(path, Path("top") / path.relative_to(folder))
    assert read_path(archive).fingerprint == data.fingerprint


def test_nobody_stands_in_two_splits(tmp_path: Path) -> None:
    data = read_path(made_layouts.ck_plus(tmp_path / "ck"))
    whose = {name: {int(i.mean() / 10) for i in s.images} for name, s in data.splits.items()}
    assert sum(map(len, whose.values())) == len(set.union(*whose.values())) == 20
    # Both faces of a photograph, too.
    data = read_path(made_layouts.expw(tmp_path / "expw"))
    for split in data.splits.values():
        dark = sum(image.mean() < 100 for image in split.images)
        assert dark * 2 == len(split)
        assert {int(image[0, 0, 0]) for image in split.images} == {50, 200}


def test_votes_come_with_ferplus_folders(tmp_path: Path) -> None:
    data = read_path(made_layouts.ferplus_folders(tmp_path / "plus"))
    train = data.split("train")
    assert train.votes is not None
    assert train.votes.shape == (16, 8)
    assert (train.votes.argmax(axis=1) == train.labels).all()
    assert set(train.votes.max(axis=1)) == {9}


def test_parquet_without_names_needs_a_declaration(tmp_path: Path) -> None:
    folder = made_layouts.parquet(tmp_path / "faces", names=False)
    with pytest.raises(InputError, match=r"does not name their classes; give `class_order`"):
        read_path(folder)
    order = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    assert read_path(folder, class_order=order).labels == FER2013_LABELS
    file = folder / "data" / "train-00000-of-00001.parquet"
    assert sum(map(len, read_path(file, class_order=order).splits.values())) == 14
    with pytest.raises(InputError, match=r"row 3: label is 3; it must be a number from 0 to 2"):
        read_path(folder, class_order=order[:3])


def test_parquet_as_the_hub_converts_it_lies_in_folders_of_splits(tmp_path: Path) -> None:
    folder = made_layouts.parquet(tmp_path / "faces")
    expected = read_path(folder)
    for file in sorted((folder / "data").iterdir()):
        split = file.name.partition("-")[0]
        (folder / "default" / split).mkdir(parents=True)
        file.rename(folder / "default" / split / "0000.parquet")
    (folder / "data").rmdir()
    data = read_path(folder)
    assert data.fingerprint == expected.fingerprint
    assert {name: len(rows) for name, rows in data.splits.items()} == {
        name: len(rows) for name, rows in expected.splits.items()
    }


def test_shards_are_read_together_and_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = made_layouts.parquet(tmp_path / "faces")
    whole = folder / "data/train-00000-of-00001.parquet"
    for number in (0, 1):
        shutil.copy(whole, whole.with_name(f"train-0000{number}-of-00003.parquet"))
    whole.unlink()
    data = read_path(folder)
    assert len(data.split("train")) == 28
    assert "train: only 2 of its 3 files are there" in data.notes


def test_what_is_no_class_of_raf_db_and_holds_no_pictures_is_left(tmp_path: Path) -> None:
    folder = made_layouts.raf_db_kaggle(tmp_path / "faces")
    (folder / "DATASET/train/notes").mkdir()
    (folder / "DATASET/train/notes/read.txt").write_text("none")
    (folder / "DATASET/train/1/desktop.ini").write_text("[.ShellClassInfo]")
    data = read_path(folder)
    assert len(data.split("train")) == 21 - len(data.split("validation"))
    assert "left: train/notes, which is no class of RAF-DB" in data.notes


def test_ck_plus_in_the_folders_of_its_archives(tmp_path: Path) -> None:
    folder = made_layouts.ck_plus(tmp_path / "faces")
    expected = read_path(folder)
    for archive, name in (
        ("extended-cohn-kanade-images", "cohn-kanade-images"),
        ("Emotion_labels", "Emotion"),
    ):
        (folder / archive).mkdir()
        (folder / name).rename(folder / archive / name)
    assert read_path(folder).fingerprint == expected.fingerprint


def test_jaffe_in_another_format(tmp_path: Path) -> None:
    folder = made_layouts.jaffe(tmp_path / "faces")
    for path in sorted((folder / "jaffedbase").glob("*.tiff")):
        with Image.open(path) as picture:
            picture.save(path.with_suffix(".png"))
        path.unlink()
    data = read_path(folder)
    assert sum(map(len, data.splits.values())) == 70
    assert len(data.labels) == 7


def harm_raf(folder: Path) -> None:
    (folder / "basic/EmoLabel/list_patition_label.txt").write_text("train_00001.jpg 8\n")


def harm_kaggle(folder: Path) -> None:
    (folder / "train_labels.csv").write_text("image,label\ntrain_00000_aligned.jpg,2\n")


def harm_affectnet(folder: Path) -> None:
    np.save(folder / "train_set/annotations/0_exp.npy", np.array("11"))


def harm_affectnet_by_pickle(folder: Path) -> None:
    array = np.array([{"expression": 1}], dtype=object)
    np.save(folder / "train_set/annotations/0_exp.npy", array, allow_pickle=True)


def harm_ck(folder: Path) -> None:
    (folder / "Emotion/S003/002/S003_002_00000002_emotion.txt").write_text("nine")


def harm_ck_frame(folder: Path) -> None:
    (folder / "cohn-kanade-images/S003/002/S003_002_00000002.png").unlink()


def harm_expw(folder: Path) -> None:
    with (folder / "label.lst").open("a") as file:
        file.write("photo_1.png 0 5 5 55 55 20.1 7\n")


def harm_expw_box(folder: Path) -> None:
    with (folder / "label.lst").open("a") as file:
        file.write("photo_1.png 0 5 500 550 55 20.1 6\n")


def harm_ferplus(folder: Path) -> None:
    with (folder / "FER2013Valid/label.csv").open("a") as file:
        file.write('../../etc/passwd,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0\n')


def lose_ferplus_table(folder: Path) -> None:
    (folder / "FER2013Test/label.csv").unlink()


def lose_every_ferplus_table(folder: Path) -> None:
    for file in folder.glob("*/label.csv"):
        file.unlink()


def double(name: str) -> Callable[[Path], None]:
    """Writes the last line of a list once more."""

    def harm(folder: Path) -> None:
        append(name, (folder / name).read_text().splitlines()[-1])(folder)

    return harm


def append(name: str, line: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        with (folder / name).open("a") as file:
            file.write(f"{line}\n")

    return harm


def double_ferplus_face(folder: Path) -> None:
    text = (folder / "FER2013Test/label.csv").read_text()
    (folder / "FER2013Test/label.csv").write_text(f"{text.splitlines()[0]}\n{text}")


def harm_parquet(folder: Path) -> None:
    file = folder / "data/test-00000-of-00001.parquet"
    file.write_bytes(file.read_bytes()[:-40])


@pytest.mark.parametrize(
    ("name", "harm", "message"),
    [
        ("raf_db", harm_raf, "line 1: 'train_00001.jpg 8'; expected a file's name and a number"),
        ("raf_db_kaggle", harm_kaggle, r"train/1/train_00000_aligned.jpg has the number 2 in"),
        ("affectnet", harm_affectnet, "0_exp.npy: the expression is 11; they go from 0 to 10"),
        ("affectnet", harm_affectnet_by_pickle, "0_exp.npy: holds no expression"),
        ("ck_plus", harm_ck, "S003_002_00000002_emotion.txt: holds no number from 0 to 7"),
        ("ck_plus", harm_ck_frame, "there is no frame"),
        ("expw", harm_expw, "line 61: .*; expected image, face, top, left"),
        ("expw", harm_expw_box, "photo_1.png .its box .* lies outside the picture of 120x60"),
        ("ferplus_folders", harm_ferplus, "FER2013Valid/label.csv, row 11: expected a file's name"),
        ("ferplus_folders", lose_ferplus_table, "FER2013Test has no label.csv"),
        ("ferplus_folders", lose_every_ferplus_table, "FER2013Train has no label.csv"),
        ("ferplus_folders", double_ferplus_face, "names FER2013Test/fer.* a second time"),
        ("ferplus_folders", append("FER2013Test/label.csv", '"a\0'), "row 11: expected a file"),
        ("ferplus_folders", append("FER2013Test/label.csv", "a" * 140_000), "row 11: expected"),
        (
            "ferplus_folders",
            append("FER2013Test/label.csv", '"a'),
            "row 11: expected a file's name",
        ),
        ("raf_db", double("basic/EmoLabel/list_patition_label.txt"), "names .* a second time"),
        (
            "raf_db",
            append("basic/EmoLabel/list_patition_label.txt", "train_/../a.jpg 1"),
            "no plain",
        ),
        ("expw", double("label.lst"), "names .*photo.* a second time"),
        ("parquet", harm_parquet, "test-00000-of-00001.parquet: can't be read as parquet"),
    ],
)
def test_what_contradicts_a_layout_is_named(
    name: str, harm: object, message: str, tmp_path: Path
) -> None:
    folder = LAYOUTS[name](tmp_path / "faces")
    harm(folder)  # type: ignore[operator]
    with pytest.raises(InputError, match=message) as error:
        read_path(folder)
    assert "\n" not in str(error.value)


def test_pictures_that_a_list_lacks_or_has_too_much_are_counted(tmp_path: Path) -> None:
    folder = made_layouts.raf_db(tmp_path / "raf")
    (folder / "basic/Image/aligned/test_00006_aligned.jpg").unlink()
    assert any("left: 1 lines of EmoLabel" in note for note in read_path(folder).notes)
    folder = made_layouts.raf_db_kaggle(tmp_path / "kaggle")
    (folder / "DATASET/test/1/test_00000_aligned.jpg").unlink()
    notes = read_path(folder).notes
    assert "test_labels.csv has 1 rows more than there are pictures" in notes


def test_a_known_data_set_takes_no_declaration(tmp_path: Path) -> None:
    folder = made_layouts.raf_db(tmp_path / "raf")
    with pytest.raises(InputError, match=r"class_order: .* is a known data set"):
        read_path(folder, class_order=FER2013_LABELS)
    table = made_layouts.kaggle_train(tmp_path / "kaggle")
    with pytest.raises(InputError, match=r"class_order: .* is a table of FER2013's kind"):
        read_path(table, class_order=FER2013_LABELS)


def test_the_same_folders_without_their_tables_are_not_guessed_at(tmp_path: Path) -> None:
    folder = made_layouts.raf_db_kaggle(tmp_path / "kaggle")
    for table in folder.glob("*.csv"):
        table.unlink()
    with pytest.raises(InputError, match="numbers, which mean other emotions"):
        read_path(folder)
    shutil.rmtree(folder / "DATASET" / "test")
    with pytest.raises(InputError, match="numbers, which mean other emotions"):
        read_path(folder)


def test_what_lies_beside_ferplus_tables_is_counted(tmp_path: Path) -> None:
    folder = made_layouts.ferplus_folders(tmp_path / "plus")
    made_layouts.save_face(folder / "FER2013Train" / "more.png", 3)
    made_layouts.save_face(folder / "FER2013Extra" / "1.png", 3)
    notes = read_path(folder).notes
    assert "left: 1 images of FER2013Train without a row in label.csv" in notes
    assert "left: FER2013Extra (1 images), which is not FER+'s" in notes


def test_a_second_label_is_refused(tmp_path: Path) -> None:
    folder = made_layouts.raf_db_kaggle(tmp_path / "kaggle")
    append("test_labels.csv", "test_00000_aligned.jpg,5")(folder)
    with pytest.raises(InputError, match=r"test_labels.csv, row 9: gives 'test_00000.* a second"):
        read_path(folder)
