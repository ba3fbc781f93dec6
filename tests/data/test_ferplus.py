from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from face_table import USAGES, FaceTable
from numpy.testing import assert_array_equal

from fer_keras.data import archive as archive_reader
from fer_keras.data import ferplus
from fer_keras.data.face_data import FaceData, fingerprint
from fer_keras.data.ferplus import attach_votes, not_faces, relabel
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.data.layouts.fer2013_csv import read_fer2013
from fer_keras.errors import InputError

NEUTRAL, HAPPY, SURPRISE, SAD, ANGER, DISGUST, FEAR, CONTEMPT, UNKNOWN, NF = range(10)


def votes(**given: int) -> list[int]:
    row = [0] * 10
    for name, count in given.items():
        row[globals()[name]] = count
    return row


# What the rules of Barsoum et al. 2016 say of each is worked out by hand in the tests.
CLEAR = votes(ANGER=10)
WITH_SLIPS = votes(HAPPY=8, SAD=1, FEAR=1)
TWO_VIEWS = votes(SAD=6, NEUTRAL=4)
HALF = votes(FEAR=5, SURPRISE=5)
SCORN = votes(CONTEMPT=7, NEUTRAL=3)
NO_IDEA = votes(UNKNOWN=6, SAD=4)
NO_FACE = votes(NF=9, HAPPY=1)
SINGLES = votes(**dict.fromkeys(["NEUTRAL", "HAPPY", "SURPRISE", "SAD", "ANGER"], 1))
SOME_SCORN = votes(DISGUST=6, CONTEMPT=2, NF=2)
ROWS = [CLEAR, WITH_SLIPS, TWO_VIEWS, HALF, SCORN, NO_IDEA, NO_FACE, SINGLES, SOME_SCORN]
ANGRY_, DISGUST_, FEAR_, HAPPY_, SAD_, SURPRISE_, NEUTRAL_, CONTEMPT_ = range(8)


def table_of(train: int = 5, validation: int = 2, test: int = 2) -> FaceTable:
    return FaceTable(train, validation, test)


def faces_of(table: FaceTable) -> FaceData:
    splits = read_fer2013(table.text().encode(), "t.csv")
    return FaceData(FER2013_LABELS, splits, "t.csv", fingerprint(FER2013_LABELS, splits))


def write(path: Path, rows: list[list[int]], splits: list[str]) -> Path:
    frame = pd.DataFrame(rows, columns=list(ferplus.COLUMNS))
    frame.insert(0, "Image name", [f"fer{number:07}.png" for number in range(len(rows))])
    frame.insert(0, "Usage", [USAGES[name] for name in splits])
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def data() -> FaceData:
    return faces_of(table_of())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "fer2013new.csv", ROWS, table_of().splits)


def test_majority_keeps_what_more_than_half_say(data: FaceData, file: Path) -> None:
    new = relabel(data, file, "majority")
    assert new.split("train").rows.tolist() == [0, 1, 2, 4]
    assert new.split("train").labels.tolist() == [ANGRY_, HAPPY_, SAD_, CONTEMPT_]
    assert new.split("validation").rows.tolist() == []
    assert new.split("test").rows.tolist() == [8]
    assert new.split("test").labels.tolist() == [DISGUST_]
    assert all(split.targets is None for split in new.splits.values())
    assert_array_equal(new.split("train").images, data.split("train").images[[0, 1, 2, 4]])
    assert new.labels == EMOTIONS
    assert new.fingerprint != data.fingerprint
    assert "4 faces dropped" in new.notes[-1]


def test_distribution_keeps_shares_of_the_eight_classes(data: FaceData, file: Path) -> None:
    new = relabel(data, file, "distribution")
    train = new.split("train")
    assert train.rows.tolist() == [0, 1, 2, 3, 4]
    assert train.targets is not None
    expected = np.zeros((5, 8))
    expected[0, ANGRY_] = 1
    expected[1, HAPPY_] = 1  # the single votes are slips
    expected[2, [SAD_, NEUTRAL_]] = 0.6, 0.4
    expected[3, [FEAR_, SURPRISE_]] = 0.5
    expected[4, [CONTEMPT_, NEUTRAL_]] = 0.7, 0.3
    np.testing.assert_allclose(train.targets, expected, rtol=1e-6)
    assert train.targets.dtype == np.float32
    test = new.split("test")
    assert test.rows.tolist() == [8]
    assert test.targets is not None
    assert test.targets[0, DISGUST_] == 0.75  # without NF
    assert test.targets[0, CONTEMPT_] == 0.25
    assert test.labels.tolist() == [DISGUST_]


def test_votes_alone_change_neither_faces_nor_labels(data: FaceData, file: Path) -> None:
    new = attach_votes(data, file)
    for name, split in data.splits.items():
        assert_array_equal(new.split(name).images, split.images)
        assert_array_equal(new.split(name).labels, split.labels)
    got = new.split("train").votes
    assert got is not None
    assert got.dtype == np.float32
    expected = np.zeros((5, 7))
    expected[0, ANGRY_] = 10
    expected[1, HAPPY_] = 8
    expected[2, [SAD_, NEUTRAL_]] = 6, 4
    expected[3, [FEAR_, SURPRISE_]] = 5
    expected[4, NEUTRAL_] = 3
    assert_array_equal(got, expected)
    last = new.split("test").votes
    assert last is not None
    assert last[0].sum() == 0
    assert last[1, DISGUST_] == 6


def test_not_faces_are_those_where_nf_wins(data: FaceData, file: Path) -> None:
    masks = {name: mask.tolist() for name, mask in not_faces(data, file).items()}
    assert masks == {"train": [False] * 5, "validation": [False, True], "test": [False, False]}


def test_a_file_that_stops_after_public_test_joins_its_part(file: Path) -> None:
    short = faces_of(table_of(test=0))
    new = relabel(short, file, "majority")
    assert new.split("train").rows.tolist() == [0, 1, 2, 4]
    assert list(new.splits) == ["train", "validation"]


@pytest.mark.parametrize("sizes", [(4, 2, 2), (6, 2, 2), (5, 2, 1), (5, 1, 0)])
def test_a_mismatch_of_rows_is_refused(sizes: tuple[int, int, int], file: Path) -> None:
    with pytest.raises(InputError, match=r"rows for .* faces of t\.csv.*original order"):
        relabel(faces_of(table_of(*sizes)), file, "majority")


def test_usages_that_disagree_are_refused(file: Path) -> None:
    with pytest.raises(InputError, match=r"rows are not those of t\.csv"):
        relabel(faces_of(table_of(4, 3, 2)), file, "majority")


def test_faces_in_another_order_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ferplus, "ENOUGH_ROWS", 20)
    table = FaceTable(21, 0, 0)
    order = [ANGER, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL]
    rows = [[10 * (column == order[label]) for column in range(10)] for label in table.labels]
    right = write(tmp_path / "right.csv", rows, table.splits)
    assert len(relabel(faces_of(table), right, "majority").split("train")) == 21
    by_class = sorted(rows, reverse=True)
    wrong = write(tmp_path / "wrong.csv", by_class, table.splits)
    with pytest.raises(InputError, match="not in FER2013's original order"):
        relabel(faces_of(table), wrong, "majority")


def test_other_classes_have_no_votes(data: FaceData, file: Path) -> None:
    own = FaceData(("cat", "dog"), data.splits, "pets", "")
    with pytest.raises(InputError, match=r"FER2013's faces only, not for pets"):
        attach_votes(own, file)


def test_an_unknown_mode_is_refused(data: FaceData, file: Path) -> None:
    with pytest.raises(InputError, match="majority, distribution"):
        relabel(data, file, "mean")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",NF", ",noface", "no column 'NF'"),
        ("Usage,", "Use,", "no column 'Usage'"),
        ("0,10,0", "0,x,0", "row 2: votes must be whole numbers"),
        ("0,10,0", "0,-1,0", "row 2: votes must be whole numbers"),
        ("0,10,0", "0,2.5,0", "row 2: votes must be whole numbers"),
        ("0,10,0", "0,11,0", "row 2: votes must be whole numbers"),
        ("PublicTest", "Public", "row 7: Usage is 'Public'"),
    ],
)
def test_a_wrong_file_is_refused(
    old: str, new: str, message: str, data: FaceData, file: Path
) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        relabel(data, file, "majority")


def test_no_file_an_empty_file_and_a_binary(data: FaceData, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        relabel(data, tmp_path / "none.csv", "majority")
    for content in (b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256))):
        (tmp_path / "bad.csv").write_bytes(content)
        with pytest.raises(InputError, match=r"not a CSV|is empty") as error:
            relabel(data, tmp_path / "bad.csv", "majority")
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("double", ["neutral", " neutral", "Neutral", "NEUTRAL ", "usage", "nf"])
def test_a_column_that_is_there_twice_in_any_case_is_refused(
    double: str, data: FaceData, file: Path
) -> None:
    head, *rows = file.read_text().splitlines()
    file.write_text("\n".join([f"{head},{double}", *(f"{row},1" for row in rows)]) + "\n")
    with pytest.raises(InputError, match="two columns are called") as error:
        relabel(data, file, "majority")
    assert error.value.argument == "ferplus"


@pytest.mark.parametrize("cell", ["²", "٣", "1e999", "nan", "-1", "1.5", "11", ""])
def test_a_vote_that_is_none_is_named_by_its_row(cell: str, data: FaceData, file: Path) -> None:
    lines = file.read_text().splitlines()
    lines[2] = lines[2].rsplit(",", 1)[0] + f",{cell}"
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match=r"row 3: votes must be whole numbers"):
        relabel(data, file, "majority")


def test_a_packed_table_is_read_and_a_damaged_one_is_a_line(data: FaceData, file: Path) -> None:
    plain = relabel(data, file, "majority").fingerprint
    content = file.read_bytes()
    packed = file.with_name("votes.csv.gz")
    packed.write_bytes(gzip.compress(content))
    assert relabel(data, packed, "majority").fingerprint == plain
    zipped = file.with_name("votes.zip")
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fer2013new.csv", content)
    assert relabel(data, zipped, "majority").fingerprint == plain
    for path in (packed, zipped):
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(InputError, match=r"ferplus .*damaged|ferplus .*neither"):
            relabel(data, path, "majority")


def test_a_table_that_unpacks_to_gigabytes_is_refused(
    data: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_reader, "LARGEST_TABLE", 1 << 20)
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(bytes(1 << 24)))
    with pytest.raises(InputError, match="bomb"):
        relabel(data, bomb, "majority")
