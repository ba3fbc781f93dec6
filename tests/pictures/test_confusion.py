from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_keras.evaluation.scores import confusion_matrix
from fer_keras.pictures.confusion import draw_confusion, most_confused, row_shares, shorten
from fer_keras.pictures.figure_file import figure_uri, save_figure

LABELS = ("happy", "sad", "fear")
#                  label:  happy, happy, sad, sad, sad, sad
MATRIX = confusion_matrix(np.array([0, 1, 1, 2, 2, 0]), np.array([0, 0, 1, 1, 1, 1]), 3)


def test_rows_are_labels_and_columns_are_what_the_model_says() -> None:
    assert MATRIX.tolist() == [[1, 1, 0], [1, 1, 2], [0, 0, 0]]


def test_shares_of_a_row_sum_to_one_unless_it_is_empty() -> None:
    shares = row_shares(MATRIX)
    np.testing.assert_allclose(shares[1], [0.25, 0.25, 0.5])
    assert np.isnan(shares[2]).all()


def test_most_confused_come_by_share_and_leave_out_what_never_happens() -> None:
    assert most_confused(MATRIX, LABELS) == [
        ("happy", "sad", 1, 0.5),
        ("sad", "fear", 2, 0.5),
        ("sad", "happy", 1, 0.25),
    ]
    assert most_confused(MATRIX, LABELS, top=1) == [("happy", "sad", 1, 0.5)]


def test_five_confusions_are_named_where_nobody_says_how_many() -> None:
    everything = np.ones((3, 3), np.int64)
    assert len(most_confused(everything, LABELS)) == 5
    assert len(most_confused(everything, LABELS, top=9)) == 6  # what is right is no confusion


@pytest.mark.filterwarnings("error")
def test_a_class_without_faces_is_not_divided_by() -> None:
    assert np.isnan(row_shares(np.zeros((2, 2), np.int64))).all()
    assert most_confused(np.zeros((2, 2), np.int64), LABELS[:2]) == []


@pytest.mark.parametrize(("classes", "numbered"), [(1, True), (2, True), (7, True), (40, False)])
def test_the_picture_has_both_panels_at_any_size(
    classes: int, numbered: bool, tmp_path: Path
) -> None:
    matrix = np.full((classes, classes), 123_456)
    names = tuple(f"a very long name of a feeling {number}" for number in range(classes))
    figure = draw_confusion(matrix, names, "title")
    counts, shares = figure.axes
    texts = [text.get_text() for text in counts.texts]
    assert texts == (["123,456"] * classes**2 if numbered else [])
    assert shares.images[0].get_clim() == (0, 1)

    save_figure(figure, tmp_path / "new" / "confusion.png")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["confusion.png"]
    width, height = Image.open(tmp_path / "new" / "confusion.png").size
    assert width > height > 300


def test_long_names_are_cut_with_an_ellipsis() -> None:
    assert shorten("happy") == "happy"
    assert shorten("exhilarated beyond words") == "exhilarated beyon…"


def test_a_figure_becomes_a_data_uri() -> None:
    assert figure_uri(draw_confusion(MATRIX, LABELS)).startswith("data:image/png;base64,iVBOR")
