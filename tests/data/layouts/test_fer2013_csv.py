from __future__ import annotations

import re

import numpy as np
import pytest
from face_table import FaceTable
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fer_keras.data.face_data import Split
from fer_keras.data.labels import EMOTIONS
from fer_keras.data.layouts.fer2013_csv import CHUNK, read_fer2013
from fer_keras.errors import InputError

TABLE = FaceTable()


@pytest.mark.parametrize(
    "header", ["emotion,pixels,Usage", "emotion, Usage, pixels", "Usage,pixels,emotion"]
)
def test_both_headers_give_the_same_faces(header: str) -> None:
    splits = read_fer2013(TABLE.text(header).encode(), "t.csv")
    assert list(splits) == ["train", "validation", "test"]
    for name, split in splits.items():
        member = np.array([part == name for part in TABLE.splits])
        np.testing.assert_array_equal(split.images, TABLE.images[member])
        np.testing.assert_array_equal(split.labels, TABLE.labels[member])
        np.testing.assert_array_equal(split.rows, np.flatnonzero(member))
        assert split.images.dtype == np.uint8
        assert split.labels.dtype == split.rows.dtype == np.int64


def test_a_byte_order_mark_crlf_and_blank_lines_do_no_harm() -> None:
    text = TABLE.text().replace("\n", "\r\n\r\n")
    splits = read_fer2013(b"\xef\xbb\xbf" + text.encode(), "t.csv")
    assert splits["test"].rows[-1] == len(TABLE.images) - 1
    np.testing.assert_array_equal(splits["train"].images, TABLE.images[:14])


def test_a_table_without_a_split_has_no_such_split() -> None:
    assert list(read_fer2013(FaceTable(3, 2, 0).text().encode(), "t.csv")) == [
        "train",
        "validation",
    ]


def test_a_table_without_usage_is_the_training_split() -> None:
    lines = [line.rpartition(",")[0] for line in TABLE.text().splitlines()]
    splits = read_fer2013("\n".join(lines).encode(), "train.csv")
    assert list(splits) == ["train"]
    np.testing.assert_array_equal(splits["train"].images, TABLE.images)


def test_contempt_is_seven_where_it_is_a_class() -> None:
    rows = TABLE.rows()
    rows[4][0] = "7"
    splits = read_fer2013(TABLE.text(rows=rows).encode(), "ckextended.csv", EMOTIONS)
    assert EMOTIONS[splits["train"].labels[4]] == "contempt"


PIXELS = TABLE.rows()[4][1]


def cut(pixels: str, count: int) -> str:
    return " ".join(pixels.split()[:count])


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        (1, cut(PIXELS, 2303), "row 6: 2303 pixels"),
        (1, PIXELS + " 1", "row 6: 2305 pixels"),
        (1, "", "row 6: 0 pixels"),
        (1, cut(PIXELS, 2303) + " 256", "row 6: a pixel is 256"),
        (1, cut(PIXELS, 2303) + " -1", "row 6: a pixel is -1"),
        (1, cut(PIXELS, 2303) + " 4294967297", "row 6: a pixel is 4294967297"),
        (1, cut(PIXELS, 2303) + " 18446744073709551617", "row 6: a pixel is 9223372036854775807"),
        (1, "x " + cut(PIXELS, 2303), "row 6: pixel 1 is 'x'"),
        (1, cut(PIXELS, 2303) + " 1.5", "row 6: pixel 2304 is '1.5'"),
        (1, cut(PIXELS, 2303) + " 1_0", "row 6: pixel 2304 is '1_0'"),
        (1, cut(PIXELS, 2303) + " ٣", "row 6: pixel 2304 is '٣'"),
        (0, "7", "row 6: emotion is '7'"),
        (0, "-1", "row 6: emotion is '-1'"),
        (0, "happy", "row 6: emotion is 'happy'"),
        (0, "", "row 6: emotion is ''"),
        (2, "Test", "row 6: Usage is 'Test'"),
        (2, "", "row 6: Usage is ''"),
    ],
)
def test_a_wrong_cell_is_named_by_its_row(column: int, cell: str, message: str) -> None:
    rows = TABLE.rows()
    rows[4][column] = cell
    with pytest.raises(InputError, match=re.escape(f"t.csv, {message}")) as error:
        read_fer2013(TABLE.text(rows=rows).encode(), "t.csv")
    assert "\n" not in str(error.value)


def test_rows_that_make_up_for_each_other_are_found() -> None:
    rows = TABLE.rows()
    short, long = cut(rows[2][1], 2303), rows[3][1] + " 9"
    rows[2][1], rows[3][1] = short, long
    with pytest.raises(InputError, match="row 4: 2303 pixels"):
        read_fer2013(TABLE.text(rows=rows).encode(), "t.csv")
    # Also where a tab hides it: both cells have 2,303 blanks.
    rows[2][1], rows[3][1] = short.replace(" ", "  ", 1), long.replace(" ", "\t", 1)
    with pytest.raises(InputError, match="row 4: 2303 pixels"):
        read_fer2013(TABLE.text(rows=rows).encode(), "t.csv")


def test_odd_blanks_between_right_numbers_are_fine() -> None:
    rows = TABLE.rows()
    rows[2][1] = rows[2][1].replace(" ", "  ", 5) + " "
    splits = read_fer2013(TABLE.text(rows=rows).encode(), "t.csv")
    np.testing.assert_array_equal(splits["train"].images, TABLE.images[:14])


def test_a_row_far_down_has_its_line_in_the_message() -> None:
    good = f"3,{PIXELS},Training\n"
    text = "emotion,pixels,Usage\n" + good * (CHUNK + 5) + "\n" + f"3,{PIXELS} 1,Training\n"
    with pytest.raises(InputError, match=f"row {CHUNK + 8}: 2305 pixels"):
        read_fer2013(text.encode(), "t.csv")


@pytest.mark.parametrize("part", [0.3, 0.7, 0.97])
def test_a_file_cut_off_in_a_row_is_told_as_such(part: float) -> None:
    text = TABLE.text()
    cut_at = text.rindex("\n", 0, -1) + 1
    text = text[: cut_at + int((len(text) - cut_at) * part)]
    with pytest.raises(InputError, match=r"row 29: \d+ pixels.*cut off"):
        read_fer2013(text.encode(), "t.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"emotion,pixels,Usage\n", "header and no rows"),
        (b"emotion,Usage\n1,Training\n", "no column 'pixels'"),
        (b"pixels\n1 2\n", "only pixels, as in Kaggle's test.csv"),
        (b"pixels,Usage\n1,Training\n", "no column 'emotion'"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a CSV"),
        (b"\0" * 3000, "no column"),
        (TABLE.text().encode().replace(b"Training\n", b"Training,1\n"), "not a CSV"),
        (TABLE.text().encode().replace(b"Test\n", b"Test,1\n"), "not a CSV"),
        (b'emotion,pixels,Usage\n1,"2 3,Training\n', "not a CSV"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_one_line(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        read_fer2013(content, "t.csv")
    assert str(error.value).startswith("t.csv: ")
    assert "\n" not in str(error.value)


words = st.one_of(
    st.integers(0, 255).map(str),
    st.integers(-(2**70), 2**70).map(str),
    st.text(st.characters(exclude_characters='",\r\n', exclude_categories=["Cs"]), max_size=4),
)


def outcome(content: bytes) -> dict[str, Split] | str:
    try:
        return read_fer2013(content, "t.csv")
    except InputError as error:
        return str(error)


@settings(max_examples=60, deadline=None)
@given(
    label=words, usage=st.one_of(st.sampled_from(["Training", " publictest "]), words), pixel=words
)
@example(label="3", usage="Training", pixel="255")
def test_any_row_is_read_as_it_stands_or_refused(label: str, usage: str, pixel: str) -> None:
    rows = [*TABLE.rows()[:2], [label, f"{pixel} {cut(PIXELS, 2303)}", usage]]
    read = outcome(TABLE.text(rows=rows).encode())
    split = {"training": "train", "publictest": "validation"}.get(usage.strip().lower())
    good = split and label.strip() in set("0123456") and pixel in set(map(str, range(256)))
    if isinstance(read, str):
        assert not good
        assert re.match(r"t\.csv(, row 4)?: ", read)
        assert "\n" not in read
    else:
        assert split is not None
        assert read[split].images[-1].ravel()[0] == int(pixel)
        assert read[split].labels[-1] == int(label)


@pytest.mark.parametrize("double", ["emotion", "Emotion", "PIXELS", " usage"])
def test_a_column_that_is_there_twice_in_any_case_is_refused(double: str) -> None:
    head, *rows = FaceTable().text().splitlines()
    text = "\n".join([f"{head},{double}", *(f"{row},1" for row in rows)])
    with pytest.raises(InputError, match="two columns are called"):
        read_fer2013(text.encode(), "t.csv")


@pytest.mark.parametrize("digit", ["²", "٣", "１"])
def test_digits_of_other_scripts_are_none(digit: str) -> None:
    text = FaceTable().text()
    cell = text.splitlines()[1].split(",")[1]
    with pytest.raises(InputError, match="row 2: pixel 1 is"):
        read_fer2013(text.replace(cell, digit + cell[cell.index(" ") :], 1).encode(), "t.csv")
    head, first, *rest = text.splitlines()
    first = digit + first[first.index(",") :]
    with pytest.raises(InputError, match="row 2: emotion is"):
        read_fer2013("\n".join([head, first, *rest]).encode(), "t.csv")
