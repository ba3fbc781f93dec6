"""The table of many photos: a row a face, whoever looked."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from ray_cluster import two_workers

from fer_keras.errors import InputError
from fer_keras.faces import photo_table
from fer_keras.faces.photo_table import TOGETHER, Asked, photo_rows, write_photo_table
from fer_keras.faces.recognizer import Recognizer

PORTRAIT = Path(__file__).parents[1] / "pictures" / "astronaut.png"
ASKED = Asked("mobile-s")


def photos_in(folder: Path, count: int = 3) -> list[Path]:
    """Portraits, every one of another size, an empty picture and a broken one."""
    folder.mkdir()
    paths = []
    with Image.open(PORTRAIT) as portrait:
        for number in range(count):
            paths.append(folder / f"{number:03}.jpg")
            portrait.convert("RGB").resize((200 + number, 200 + number)).save(paths[-1])
    paths.append(folder / "empty.png")
    Image.new("RGB", (90, 60), "white").save(paths[-1])
    paths.append(folder / "broken.png")
    paths[-1].write_bytes(b"no picture")
    return paths


def test_a_row_for_each_face_and_for_each_photo_without_one(tmp_path: Path) -> None:
    paths = photos_in(tmp_path / "photos")
    target = tmp_path / "faces.parquet"
    done = write_photo_table(paths, ASKED, target)
    table = pd.read_parquet(target)
    assert done.rows == len(table) == 5
    assert table["photo"].tolist() == [str(path) for path in paths]
    assert table["face"].tolist() == [1, 1, 1, 0, 0]
    assert table["emotion"].tolist()[3:] == ["no face", "unread"]
    assert len(done.problems) == 1
    assert str(paths[-1]) in done.problems[0]
    tried = "looked at the whole, upright and turned, for faces of 8 pixels and more"
    assert table["tried"].isna().tolist() == [True] * 3 + [False, True]
    assert table["tried"][3] == tried
    assert (done.without, done.tried) == (1, [f"{paths[-2]}: no face; {tried}"])
    for number in range(3):
        found = Recognizer("mobile-s")(paths[number])[0]
        row = table.iloc[number]
        assert row["emotion"] == found.label
        assert row[f"p_{found.label}"] == pytest.approx(row["probability"])
        assert row["width"] == 200 + number
        assert pd.isna(row["problem"])


def test_two_cores_give_the_table_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = photos_in(tmp_path / "photos", 2 * TOGETHER)
    done: dict[int, tuple[list[int], bytes]] = {}
    for cores in (1, 2):
        looked: list[int] = []
        monkeypatch.setattr(photo_table, "processes_for", lambda photos, cores=cores: cores)
        target = tmp_path / f"{cores}.parquet"
        write_photo_table(paths, ASKED, target, progress=looked.append)
        done[cores] = looked, target.read_bytes()
    assert done[1] == done[2]
    assert sum(done[1][0]) == len(paths)


def test_nothing_is_left_of_a_table_that_was_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = photos_in(tmp_path / "photos", 1)
    with pytest.raises(InputError):
        write_photo_table(paths, ASKED, paths[0])  # onto a photo that is read
    with pytest.raises(InputError, match="nothing: no such file, run or shipped model"):
        write_photo_table(paths, Asked("nothing"), tmp_path / "faces.parquet")
    assert not (tmp_path / "faces.parquet").exists()


def test_names_that_are_not_utf8_are_written_as_what_they_are(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    photo = photos_in(tmp_path / "photos", 1)[0]
    odd = photo.with_name(os.fsdecode(b"\xff.png"))
    broken = photo.with_name(os.fsdecode(b"\xfe.png"))
    odd.write_bytes(photo.read_bytes())
    broken.write_bytes(b"none")
    done = write_photo_table([odd, broken], ASKED, tmp_path / "faces.parquet")
    assert (done.rows, len(done.problems)) == (2, 1)
    names = pq.read_table(tmp_path / "faces.parquet")["photo"].to_pylist()
    assert [name.rsplit("/")[-1] for name in names] == ["\\udcff.png", "\\udcfe.png"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_workers_one_killed_give_the_table_of_one_process(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    paths = photos_in(tmp_path / "photos", 12 * TOGETHER)
    alone = list(photo_rows(paths, ASKED))
    with two_workers() as cluster:
        rows = photo_rows(paths, ASKED, ray=cluster.address)
        together = [next(rows)]
        cluster.kill_one()  # both have work in hand
        together += rows
    assert together == alone
