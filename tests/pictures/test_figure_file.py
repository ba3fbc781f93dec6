"""Names of files and classes stand in figures as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image

from fer_keras.pictures.figure_file import save_figure


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
