"""One film's files: what is kept when it is stopped, its forms, and where films come from."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_film import write_film
from made_scenes import ANNA, BEN, Here, Scene, steady
from PIL import Image
from web_server import served

from fer_keras.analysis import FilmResult, Settings, analyze_films, analyze_video

STOP_AT = 4
"""Frames after which it is stopped."""


def standing() -> Scene:
    """Two people for half a second."""
    times = steady(0.5)
    both = [Here(ANNA, 170, 150, 115, "happy"), Here(BEN, 480, 155, 110)]
    return Scene("standing", times, [both for _ in times])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scene = standing()
    path = tmp_path_factory.mktemp("film") / "two.mp4"
    return write_film(path, scene.pictures(), scene.times, sound=0.5)


def analyse(source: object, out: Path, **settings: object) -> FilmResult:
    (result,) = analyze_films([str(source)], out, Settings(**settings))  # type: ignore[arg-type]
    return result


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("table", ["csv", "parquet"])
def test_what_was_seen_until_a_signal_is_kept(
    number: signal.Signals, table: str, film: Path, tmp_path: Path
) -> None:
    looked = 0

    def stop_there(name: str, what: str, done: float, length: float | None) -> None:
        nonlocal looked
        looked += 1
        if looked == STOP_AT:
            signal.raise_signal(number)

    results = list(
        analyze_films([str(film), str(film)], tmp_path, Settings(table=table), progress=stop_there)
    )
    assert len(results) == 1, "the second film is not begun"
    assert results[0].stopped
    assert {path.name for path in results[0].files} == {f"two.{table}", "two.png", "two.json"}
    assert all(path.is_file() for path in results[0].files)
    assert not list(tmp_path.glob(".partial-*"))
    read = pd.read_csv if table == "csv" else pd.read_parquet
    assert sorted(set(read(tmp_path / f"two.{table}")["frame"])) == list(range(STOP_AT))
    facts = json.loads((tmp_path / "two.json").read_text())
    assert not facts["complete"]
    assert facts["frames"] == STOP_AT
    again = analyse(film, tmp_path, table=table, page=False)
    assert not again.skipped, "half of a film is no reason to pass it over"
    assert again.summary is not None
    assert again.summary["complete"]


def test_parquet_holds_what_csv_holds(film: Path, tmp_path: Path) -> None:
    for table in ("csv", "parquet"):
        analyse(film, tmp_path / table, table=table, page=False)
    written = pd.read_csv(tmp_path / "csv" / "two.csv")
    stored = pd.read_parquet(tmp_path / "parquet" / "two.parquet")
    assert list(stored.columns) == list(written.columns)
    pd.testing.assert_frame_equal(stored, written, check_dtype=False, rtol=1e-3, atol=1e-3)


def same_faces(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """The same people in the same frames, at the same places and times."""
    assert list(one["face_id"]) == list(other["face_id"])
    for name, off in (("time_s", 1e-3), ("frame", 0), ("x", 6), ("y", 6), ("width", 6)):
        np.testing.assert_allclose(one[name], other[name], atol=off)


def test_an_address_is_a_film(film: Path, tmp_path: Path) -> None:
    with served(film.parent) as address:
        result = analyse(f"{address}/{film.name}", tmp_path, page=False)
    assert result.problem is None
    same_faces(pd.read_csv(result.files[0]), analyze_video(film))


def test_a_folder_of_frames_is_a_film(film: Path, tmp_path: Path) -> None:
    frames = tmp_path / "frames"
    frames.mkdir()
    for number, picture in enumerate(standing().pictures()):
        Image.fromarray(picture).save(frames / f"{number}.png")
    result = analyse(frames, tmp_path / "out", fps=25.0)
    same_faces(pd.read_csv(result.files[0]), analyze_video(film))
    page = next(path for path in result.files if path.suffix == ".html")
    assert b"data:video/mp4" in page.read_bytes(), "a film is made of the pictures"


def test_a_film_of_nobody_says_what_was_tried(tmp_path: Path) -> None:
    grey = [np.full((360, 640, 3), 150, np.uint8)] * 3
    path = write_film(tmp_path / "nobody.mp4", grey, [0.0, 0.04, 0.08])
    result = analyse(path, tmp_path / "out", page=False)
    assert result.summary is not None
    assert result.summary["faces"] == []
    assert "each frame as a whole" in result.summary["tried"]
    assert pd.read_csv(result.files[0]).empty
