from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from made_film import write_film
from made_scenes import variable_rate

from fer_keras.analysis import Settings, analyze_films, analyze_video

CHANGES = (2.0, 5.2)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scene = variable_rate()
    path = tmp_path_factory.mktemp("film") / "party.mp4"
    return write_film(path, scene.pictures(), scene.times, sound=6.0)


@pytest.fixture(scope="module")
def table(film: Path) -> pd.DataFrame:
    return analyze_video(film)


def test_expressions_change_when_they_do(table: pd.DataFrame) -> None:
    """On a film of variable rate: the first frame of each expression is the one drawn with it."""
    assert set(table["face_id"]) == {1, 2}
    happy = table[table["label"] == "happy"]["face_id"].iloc[0]
    rows = table[table["face_id"] == happy]
    surprised = rows[rows["label"] == "surprise"]["time_s"]
    frame = 0.04
    assert surprised.min() == pytest.approx(CHANGES[0], abs=frame)
    after = rows[rows["time_s"] > surprised.max()]["time_s"]
    assert after.min() == pytest.approx(CHANGES[1], abs=frame)


def test_a_folder_holds_each_film_under_its_own_name(
    film: Path, table: pd.DataFrame, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / film.name
    other.parent.mkdir()
    other.write_bytes(film.read_bytes())
    out, settings = tmp_path / "out", Settings(every=1.0, page=False)
    results = list(analyze_films([str(film), str(other)], out, settings))
    assert [one.files[0].name for one in results] == ["party.csv", "party-2.csv"]
    assert all(not one.skipped for one in results)
    first = json.loads((out / "party.json").read_text())
    assert first["complete"]
    assert sum(first["faces"][0]["share"].values()) == pytest.approx(1, abs=0.01)
    again = list(analyze_films([str(film), str(other)], out, settings))
    assert all(one.skipped for one in again)
    assert list(pd.read_csv(out / "party.csv").columns) == list(table.columns)
