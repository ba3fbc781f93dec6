from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fer_keras.data.audit import Audit, audit, draw_audit
from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import FaceData, Split
from fer_keras.data.ferplus import not_faces
from fer_keras.data.source import open_data

FACES = synthetic_data(40, 10, 10, seed=9).split("train").images
BLANK = np.zeros((48, 48, 1), np.uint8)


def darker(face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return face // 2


def split_of(faces: list[NDArray[np.uint8]], labels: list[int], first_row: int) -> Split:
    rows = np.arange(first_row, first_row + len(faces))
    return Split(np.stack(faces), np.array(labels, dtype=np.int64), rows)


@pytest.fixture(scope="module")
def data() -> FaceData:
    train = [FACES[0], FACES[1], FACES[2], FACES[0], FACES[3], BLANK]
    validation = [FACES[1], darker(FACES[2]), FACES[4], FACES[0]]
    test = [FACES[5], FACES[3][:, ::-1], FACES[4]]
    return FaceData(
        ("cat", "dog"),
        {
            # Not in the order of SPLITS: the audit must not care.
            "test": split_of(test, [0, 0, 1], 10),
            "train": split_of(train, [0, 1, 0, 1, 0, 0], 0),
            "validation": split_of(validation, [1, 1, 0, 0], 6),
        },
        "pets",
        "",
    )


@pytest.fixture(scope="module")
def found(data: FaceData) -> Audit:
    marks = {
        "train": np.array([False] * 5 + [True]),
        "validation": np.zeros(4, bool),
        "test": np.array([True, False, False]),
    }
    return audit(data, marks)


def test_every_finding_is_listed_with_its_rows(found: Audit) -> None:
    table = found.findings
    pairs = table[table["of_split"].notna()]
    listed = {
        (row.finding, row.split, row.row, row.label, row.of_split, row.of_row, row.of_label)
        for row in pairs.itertuples()
    }
    assert listed == {
        ("exact", "train", 3, "dog", "train", 0, "cat"),
        ("exact", "validation", 9, "cat", "train", 0, "cat"),
        ("exact", "validation", 6, "dog", "train", 1, "dog"),
        ("exact", "test", 12, "dog", "validation", 8, "cat"),
        ("near", "validation", 7, "dog", "train", 2, "cat"),
        ("mirrored", "test", 11, "cat", "train", 4, "cat"),
    }
    assert len(pairs) == len(listed)
    single = table[table["of_split"].isna()]
    assert set(zip(single["finding"], single["split"], single["row"], strict=True)) == {
        ("blank", "train", 5),
        ("not a face", "train", 5),
        ("not a face", "test", 10),
    }


def test_the_counts_are_of_faces_per_split(found: Audit) -> None:
    assert found.faces == {"train": 6, "validation": 4, "test": 3}
    counts = {str(name): row.tolist() for name, row in found.counts.iterrows()}
    assert list(found.counts.columns) == ["train", "validation", "test"]
    assert counts == {
        "have an exact copy in train": [2, 2, 0],
        "have an exact copy in validation": [3, 0, 1],
        "have an exact copy in test": [0, 1, 0],
        "have a near copy in train": [0, 1, 1],
        "have a near copy in validation": [1, 0, 0],
        "have a near copy in test": [1, 0, 0],
        "have an exact copy with another label": [2, 2, 1],
        "have a near copy with another label": [1, 1, 0],
        "are blank": [1, 0, 0],
        "are no face, says FER+": [1, 0, 1],
    }


def test_the_counts_agree_with_exact_copies(data: FaceData, found: Audit) -> None:
    for name in ("validation", "test"):
        assert (
            found.counts.loc["have an exact copy in train", name] == data.exact_copies(name).sum()
        )


def test_without_ferplus_nothing_is_said_of_it(data: FaceData) -> None:
    plain = audit(data)
    assert "not a face" not in set(plain.findings["finding"])
    assert "are no face, says FER+" not in plain.counts.index


def test_the_picture_shows_each_kind(data: FaceData, found: Audit) -> None:
    picture = np.asarray(draw_audit(found, data))
    # A strip: exact x3, near x4, mirrored x3 (none disagrees), blank, not a face.
    strips = 3 + 4 + 3 + 1 + 1
    assert picture.shape[0] % strips == 0
    height = picture.shape[0] // strips
    assert 100 < height < 300
    for strip in range(strips):
        assert picture[strip * height : (strip + 1) * height].min() < 60
    wanted = np.kron(FACES[0][20:21, :, 0], np.ones((1, 2), np.uint8))
    views = np.lib.stride_tricks.sliding_window_view(picture[:height], wanted.shape)
    assert (views == wanted).all(axis=(2, 3)).any()


def test_clean_data_have_no_findings() -> None:
    found = audit(synthetic_data(60, 20, 20))
    assert len(found.findings) == 0
    assert found.counts.to_numpy().sum() == 0


@pytest.mark.real_data
def test_known_figures_of_fer2013(real_data: Path) -> None:
    data = open_data(str(real_data / "fer2013.csv.gz"))
    found = audit(data, not_faces(data, real_data / "fer2013new.csv"))
    copies = found.counts["validation"]["have an exact copy in train"] / found.faces["validation"]
    assert 0.07 < copies < 0.09
    assert found.counts["train"]["are blank"] == 12
    near = found.findings[found.findings["finding"] == "near"]
    assert 3500 < len(near) < 4500
    # Most annotators saw the same in two crops of a photograph.
    assert (near["label"] == near["of_label"]).mean() > 0.8
