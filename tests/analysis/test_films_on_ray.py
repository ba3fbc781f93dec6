"""Films shared out on a Ray cluster: the files of one process, also where a worker dies."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from made_film import write_film
from made_scenes import variable_rate
from ray_cluster import two_workers

from fer_keras.analysis import Settings, analyze_films

SETTINGS = Settings(every=1.0, table="parquet", page=False)


@pytest.fixture
def films(tmp_path: Path) -> list[str]:
    """Six of faces, all of one name, and what is no film."""
    scene = variable_rate()
    paths = [tmp_path / str(number) / "party.mp4" for number in range(6)]
    for path in paths:
        path.parent.mkdir()
    write_film(paths[0], scene.pictures(), scene.times)
    for path in paths[1:]:
        shutil.copy(paths[0], path)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    return [*map(str, paths[:3]), str(broken), *map(str, paths[3:])]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_workers_one_killed_give_the_files_of_one_process(
    films: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    # As people name them: from where they are.
    monkeypatch.chdir(tmp_path)
    films = [os.path.relpath(film) for film in films]
    alone = list(analyze_films(films, Path("alone"), SETTINGS))
    with two_workers() as cluster:
        results = analyze_films(films, Path("together"), SETTINGS, ray=cluster.address)
        together = [next(results)]
        cluster.kill_one()  # both have work in hand
        together += results
    assert [one.summary for one in together] == [one.summary for one in alone]
    assert [one.problem for one in together] == [one.problem for one in alone]
    assert together[3].problem is not None
    names = [file.name for one in alone for file in one.files]
    assert [file.name for one in together for file in one.files] == names
    tables = [name for name in names if name.endswith(".parquet")]
    assert len(tables) == 6
    for name in tables:
        rows = pd.read_parquet(Path("together", name))
        assert len(rows) >= 6
        pd.testing.assert_frame_equal(rows, pd.read_parquet(Path("alone", name)), check_exact=True)
    # Those that are finished are not sent out again: there is no cluster any more.
    again = list(analyze_films(films, Path("together"), SETTINGS, ray="127.0.0.1:1"))
    assert [one.skipped for one in again] == [one.problem is None for one in alone]
    assert json.loads(Path("together", "party.json").read_text())["complete"]
