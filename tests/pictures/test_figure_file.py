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
    axes.set_xticks([0, 1], [name.replace("\udcff", ""), "b"])
    save_figure(figure, tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").size == (360, 240)
    assert axes.get_title() == name.replace("\udcff", "?")


def test_powers_along_an_axis_stay_formulas(tmp_path: Path) -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 1000], [1, 1000])
    axes.set_xscale("log")
    save_figure(figure, tmp_path / "a.png")
    labels = axes.get_xticklabels()
    assert any("10" in label.get_text() for label in labels)
    assert all(label.get_parse_math() for label in labels if label.get_text())
