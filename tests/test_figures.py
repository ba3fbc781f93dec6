"""Figures show what they are given, and names of files and classes as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from fer_keras.evaluation.scores import confusion_matrix
from fer_keras.figures import (
    draw_confusion,
    draw_curves,
    draw_faces,
    draw_reliability,
    figure_uri,
    mistake_captions,
    most_confident_mistakes,
    most_confused,
    row_shares,
    save_figure,
    shorten,
)

PROBABILITIES = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
LABELS = np.array([1, 0, 0, 0])


def history(epochs: int) -> pd.DataFrame:
    epoch = np.arange(1, epochs + 1)
    return pd.DataFrame(
        {
            "epoch": epoch,
            "loss": 2.0 / epoch,
            "accuracy": 1 - 0.8 / epoch,
            "val_loss": 2.1 / epoch,
            "val_accuracy": 0.5 - 0.1 * np.abs(epoch - 3),
        }
    )


def test_train_is_dashed_validation_solid_and_the_best_epoch_marked() -> None:
    rows = history(5)
    loss, accuracy = draw_curves({"run": rows}).axes
    dashed, solid, star = accuracy.lines
    np.testing.assert_allclose(dashed.get_ydata(), rows["accuracy"])
    np.testing.assert_allclose(solid.get_ydata(), rows["val_accuracy"])
    assert (dashed.get_linestyle(), solid.get_linestyle()) == ("--", "-")
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (3, 0.5)
    np.testing.assert_allclose(loss.lines[1].get_ydata(), rows["val_loss"])


def test_several_runs_share_a_picture_and_are_named() -> None:
    figure = draw_curves({"one": history(1), "ten": history(10), "none": history(0)})
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[-3:] == ["one", "ten", "none"]


def test_the_reliability_bars_are_the_accuracies() -> None:
    probabilities = np.array([[0.9, 0.1]] * 10 + [[0.35, 0.65]] * 10)
    labels = np.array([0] * 8 + [1] * 2 + [1] * 5 + [0] * 5)
    figure = draw_reliability(probabilities, labels, "tiny")
    heights = {round(bar.get_x(), 2): bar.get_height() for bar in figure.axes[0].patches}
    assert heights[0.87] == 0.8  # 0.90 lies in (0.867, 0.933]
    assert heights[0.6] == 0.5
    assert "12.5%" in figure.get_suptitle()


CLASSES = ("happy", "sad", "fear")
#                  label:  happy, happy, sad, sad, sad, sad
MATRIX = confusion_matrix(np.array([0, 1, 1, 2, 2, 0]), np.array([0, 0, 1, 1, 1, 1]), 3)


def test_rows_are_labels_and_columns_are_what_the_model_says() -> None:
    assert MATRIX.tolist() == [[1, 1, 0], [1, 1, 2], [0, 0, 0]]


def test_shares_of_a_row_sum_to_one_unless_it_is_empty() -> None:
    shares = row_shares(MATRIX)
    np.testing.assert_allclose(shares[1], [0.25, 0.25, 0.5])
    assert np.isnan(shares[2]).all()


def test_most_confused_come_by_share_and_leave_out_what_never_happens() -> None:
    assert most_confused(MATRIX, CLASSES) == [
        ("happy", "sad", 1, 0.5),
        ("sad", "fear", 2, 0.5),
        ("sad", "happy", 1, 0.25),
    ]
    assert most_confused(MATRIX, CLASSES, top=1) == [("happy", "sad", 1, 0.5)]


def test_five_confusions_are_named_where_nobody_says_how_many() -> None:
    everything = np.ones((3, 3), np.int64)
    assert len(most_confused(everything, CLASSES)) == 5
    assert len(most_confused(everything, CLASSES, top=9)) == 6  # what is right is no confusion


@pytest.mark.filterwarnings("error")
def test_a_class_without_faces_is_not_divided_by() -> None:
    assert np.isnan(row_shares(np.zeros((2, 2), np.int64))).all()
    assert most_confused(np.zeros((2, 2), np.int64), CLASSES[:2]) == []


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
    assert figure_uri(draw_confusion(np.eye(2, dtype=int), ("happy", "sad"))).startswith(
        "data:image/png;base64,iVBOR"
    )


def test_the_surest_mistake_comes_first_and_what_is_right_is_left_out() -> None:
    assert most_confident_mistakes(PROBABILITIES, LABELS).tolist() == [2, 3, 0]
    assert most_confident_mistakes(PROBABILITIES, LABELS, top=1).tolist() == [2]
    assert not len(most_confident_mistakes(PROBABILITIES[1:2], LABELS[1:2]))


def test_captions_say_what_it_is_and_what_it_was_named() -> None:
    captions = mistake_captions(PROBABILITIES[2:], LABELS[2:], ("happy", "sad"))
    assert captions == ["happy\n→ sad 80%", "happy\n→ sad 70%"]


def test_faces_stand_in_lines_of_eight() -> None:
    images = np.arange(10, dtype=np.uint8)[:, None, None, None].repeat(48, 1).repeat(48, 2)
    figure = draw_faces(images, [str(number) for number in range(10)])
    assert [axes.images[0].get_array()[0, 0] for axes in figure.axes] == list(range(10))
    tops = [axes.get_position().y1 for axes in figure.axes]
    assert len(set(np.round(tops, 6))) == 2
    assert min(axes.get_position().y0 for axes in figure.axes) >= -1e-9


@pytest.mark.parametrize("name", ["\udcff.mp4", r"a$\frac{$b", "$x_{$.mp4", "$", "a\0b"])
def test_no_name_is_a_formula_or_ends_the_writing(name: str, tmp_path: Path) -> None:
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.plot([0, 1], label=name)
    axes.legend()
    axes.set_title(name)
    axes.set_xticks([0, 1], [name, "b"])
    save_figure(figure, tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").size == (360, 240)
    assert axes.get_title() == name.replace("\udcff", "?")


def test_names_along_an_axis_are_drawn_in_letters(tmp_path: Path) -> None:
    """Ticks set by hand, those of categories, and those of pictures that stand in a grid."""
    names = ["caf\udce9", "$x_{$", "sad"]
    figure = Figure()
    first, second, third = figure.subplots(1, 3)
    first.barh(names, [1, 2, 3])
    second.set_yticks(range(3), names, rotation=45)
    third.imshow([[0, 1], [1, 0]])
    third.set_xticks([0, 1], names[:2])
    save_figure(figure, tmp_path / "a.png")
    shown = ["caf?", "$x_{$", "sad"]
    assert [label.get_text() for label in first.get_yticklabels()] == shown
    assert [label.get_text() for label in second.get_yticklabels()] == shown
    assert [label.get_text() for label in third.get_xticklabels()] == shown[:2]


def test_powers_along_an_axis_stay_formulas(tmp_path: Path) -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 1000], [1, 1000])
    axes.set_xscale("log")
    save_figure(figure, tmp_path / "a.png")
    labels = axes.get_xticklabels()
    assert any("10" in label.get_text() for label in labels)
    assert all(label.get_parse_math() for label in labels if label.get_text())
