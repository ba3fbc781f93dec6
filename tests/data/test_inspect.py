from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from fer_keras.data.face_data import FaceData, Split
from fer_keras.data.inspect import class_counts, contact_sheet, draw_contact_sheets

NOISE = np.random.default_rng(1).integers(0, 256, (20, 48, 48, 1), dtype=np.uint8)


def data_of(labels: tuple[str, ...] = ("a", "b", "c")) -> FaceData:
    train = Split(NOISE, np.array([0] * 15 + [1] * 5), np.arange(20))
    test = Split(NOISE[:4], np.array([1, 1, 0, 2]), np.arange(4))
    return FaceData(labels, {"test": test, "train": train}, "x", "")


def test_counts_have_a_row_for_every_class_and_a_column_for_every_split() -> None:
    counts = class_counts(data_of())
    assert list(counts.columns) == ["train", "test"]
    assert counts.loc["a"].tolist() == [15, 1]
    assert counts.loc["b"].tolist() == [5, 2]
    assert counts.loc["c"].tolist() == [0, 1]


def test_a_sheet_shows_every_face_enlarged() -> None:
    sheet = np.asarray(contact_sheet(NOISE[:14], "fourteen", columns=5))
    for face in NOISE[:14]:
        row = np.kron(face[:1, :, 0], np.ones((1, 2), np.uint8))
        assert (sliding_window_view(sheet, row.shape) == row).all(axis=(2, 3)).any()


def test_there_is_a_sheet_for_each_class_that_has_faces(tmp_path: Path) -> None:
    written = draw_contact_sheets(data_of(), tmp_path / "sheets")
    assert [path.name for path in written] == ["0-a.png", "1-b.png"]
    assert sorted(path.name for path in (tmp_path / "sheets").glob("*.png")) == [
        *("0-a.png", "1-b.png")
    ]
    with Image.open(written[0]) as first, Image.open(written[1]) as second:
        assert first.mode == second.mode == "L"
        assert first.height > second.height  # two rows and one


def test_odd_class_names_become_file_names(tmp_path: Path) -> None:
    written = draw_contact_sheets(data_of(("../up", "très/heureux", "c")), tmp_path)
    assert [path.name for path in written] == ["0-_up.png", "1-très_heureux.png"]
    assert {path.parent for path in written} == {tmp_path}


def test_sheets_of_another_data_set_do_not_stay_beside_the_new_ones(tmp_path: Path) -> None:
    (tmp_path / "0-mine.png").write_bytes(b"not one of ours")
    draw_contact_sheets(data_of(("x", "y", "z")), tmp_path)
    assert (tmp_path / "0-x.png").exists()
    draw_contact_sheets(data_of(), tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [
        *("0-a.png", "0-mine.png", "1-b.png")
    ]
