"""Without the extra a line says how to get it, before anything is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_keras.analysis import Settings, analyze_films
from fer_keras.errors import InputError
from fer_keras.films import FilmWriter, open_film, opening

LINE = r"pip install 'fer-keras\[films\]'"


@pytest.fixture(autouse=True)
def without_pyav(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda name: None)


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (64, 48), (number, 0, 0)).save(folder / f"{number}.png")
    return folder


def test_films_can_not_be_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"film")
    with pytest.raises(InputError, match=LINE):
        open_film(tmp_path / "clip.mp4")
    with pytest.raises(InputError, match=LINE):
        FilmWriter(tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_folders_of_frames_do_without_it_but_for_the_page(frames: Path, tmp_path: Path) -> None:
    pictures = [frame.picture for frame in open_film(frames)]
    assert [int(np.max(picture)) for picture in pictures] == [0, 1, 2]
    (result,) = analyze_films([str(frames)], tmp_path / "out", Settings(page=False))
    assert result.problem is None
    (result,) = analyze_films([str(frames)], tmp_path / "out", Settings())
    assert result.problem is not None
    assert "fer-keras[films]" in result.problem
