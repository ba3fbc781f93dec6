from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from face_table import FaceTable
from PIL import Image

from fer_keras.data.labels import FER2013_LABELS
from fer_keras.data.source import open_data
from fer_keras.errors import InputError


def save_folder(table: FaceTable, folder: Path) -> Path:
    """As FER2013 is passed around in pictures."""
    prefixes = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}
    for number, split in enumerate(table.splits):
        place = folder / ("train" if split == "train" else "test")
        label = FER2013_LABELS[table.labels[number]]
        path = place / label / f"{prefixes[split]}_{number:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(table.images[number, ..., 0]).save(path)
    return folder


def pack(folder: Path, path: Path) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as packed:
            for file in folder.rglob("*.png"):
                packed.write(file, f"archive/{file.relative_to(folder)}")
    else:
        with tarfile.open(path, "w:gz") as tar:
            tar.add(folder, "archive")
    return path


def test_a_table_in_a_folder_is_found(fer2013_csv: Path) -> None:
    (fer2013_csv.parent / "fer2013new.csv").write_text("votes")
    assert open_data(str(fer2013_csv.parent)).fingerprint == open_data(str(fer2013_csv)).fingerprint


@pytest.mark.parametrize("form", ["folder", "zip", "tar.gz"])
def test_pictures_give_the_faces_of_the_table(
    form: str, face_table: FaceTable, fer2013_csv: Path, tmp_path: Path
) -> None:
    path = save_folder(face_table, tmp_path / "faces")
    if form != "folder":
        path = pack(path, tmp_path / f"faces.{form}")
    data, table = open_data(str(path)), open_data(str(fer2013_csv))
    assert data.labels == table.labels
    for name, split in table.splits.items():
        order = np.argsort(split.labels, kind="stable")  # a folder is sorted by class
        by_name = [FER2013_LABELS[label] for label in split.labels]
        order = np.argsort(np.array(by_name), kind="stable")
        np.testing.assert_array_equal(data.split(name).images, split.images[order])
        np.testing.assert_array_equal(data.split(name).labels, split.labels[order])
    assert data.source == str(path)
    assert data.notes[0].startswith(
        "read as an image folder: train 14, validation 7, test 7 faces of 7 classes (angry"
    )
    assert data.notes[1:] == ("validation: the PublicTest_ files of test",)


def test_other_class_names_in_a_zip_stay_as_they_are(tmp_path: Path) -> None:
    for label in ("tired", "awake"):
        for number in range(10):
            path = tmp_path / "own" / label / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (48, 48), number).save(path)
    said: list[str] = []
    data = open_data(str(pack(tmp_path / "own", tmp_path / "own.zip")), report=said.append)
    assert data.labels == ("awake", "tired")
    assert {name: len(split) for name, split in data.splits.items()} == {
        "train": 16,
        "validation": 2,
        "test": 2,
    }
    assert said[0].endswith(
        "own.zip: read as an image folder: train 16, validation 2, test 2 "
        "faces of 2 classes (awake, tired)"
    )
    assert "own.zip: no splits: a tenth of each class" in said[1]


def test_drawn_faces_come_in_the_sizes_asked_for() -> None:
    data = open_data("synthetic", sizes=(20, 8, 6), seed=3)
    assert [len(data.split(name)) for name in ("train", "validation", "test")] == [20, 8, 6]
    assert data.fingerprint == open_data("synthetic", sizes=(20, 8, 6), seed=3).fingerprint
    assert data.fingerprint != open_data("synthetic", sizes=(20, 8, 6), seed=4).fingerprint


def test_a_split_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "part.csv"
    path.write_text(FaceTable(3, 2, 0).text())
    with pytest.raises(InputError, match=r"there is no test split; it has train, validation"):
        open_data(str(path)).split("test")


def test_options_that_do_not_fit_together(fer2013_csv: Path) -> None:
    path = str(fer2013_csv)
    with pytest.raises(InputError, match="take one of fer2013, ferplus"):
        open_data(path, labels="own")
    with pytest.raises(InputError, match="labels ferplus: give `ferplus`"):
        open_data(path, labels="ferplus")
    with pytest.raises(InputError, match="they go with `data` synthetic only"):
        open_data(path, sizes=(1, 1, 1))
    with pytest.raises(InputError, match="drawn faces have no annotators"):
        open_data("synthetic", ferplus=fer2013_csv)
    with pytest.raises(InputError, match=r"data nowhere\.csv: no such file"):
        open_data("nowhere.csv")
    (fer2013_csv.parent / "empty").mkdir()
    with pytest.raises(InputError, match="no images found"):
        open_data(str(fer2013_csv.parent / "empty"))


@pytest.mark.real_data
def test_fer2013_has_its_published_counts(real_data: Path) -> None:
    data = open_data(str(real_data / "fer2013.csv.gz"))
    counts = {name: np.bincount(split.labels).tolist() for name, split in data.splits.items()}
    assert counts["train"] == [3995, 436, 4097, 7215, 4830, 3171, 4965]
    assert counts["validation"] == [467, 56, 496, 895, 653, 415, 607]


@pytest.mark.real_data
def test_ferplus_joins_the_part_without_the_test_split(real_data: Path) -> None:
    data = open_data(
        str(real_data / "fer2013.csv.gz"), labels="ferplus", ferplus=real_data / "fer2013new.csv"
    )
    # Barsoum et al. drop about an eighth, and most fear and sad faces change their label.
    assert 24_000 < len(data.split("train")) < 26_000
    assert np.bincount(data.split("train").labels).argmax() == FER2013_LABELS.index("neutral")
