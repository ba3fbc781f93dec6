"""The cache forgets what nobody opens any more, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from face_table import FaceTable

from fer_keras.data.cache import KEPT_DAYS, cache_folder, sweep_entries
from fer_keras.data.source import open_data

HOLD = """
import sys
from fer_keras.data.source import open_data
data = open_data(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
print(int(data.split("train").images.sum()))
"""


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("FER_KERAS_CACHE", str(folder))
    return folder


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    paths = []
    for count in (8, 16):
        paths.append(tmp_path / f"{count}.csv")
        paths[-1].write_text(FaceTable(count, 4, 4).text())
    return paths


def entries() -> set[str]:
    return {path.name for path in cache_folder().iterdir()}


def age(name: str, days: float) -> None:
    """As if it had been opened last so many days ago."""
    before = time.time() - days * 24 * 3600
    for path in (cache_folder() / name / "used", cache_folder() / name):
        if path.exists():
            os.utime(path, (before, before))


def sweep() -> None:
    """As another process would."""
    code = "import sys; from pathlib import Path; from fer_keras.data import cache; "
    code += "cache.sweep_entries(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, cache_folder()], check=True)


def open_elsewhere(table: Path) -> None:
    code = "import sys; from fer_keras.data.source import open_data; open_data(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, table], check=True)


def test_what_was_not_opened_for_long_is_removed(tables: list[Path]) -> None:
    open_elsewhere(tables[0])
    (old,) = entries()
    open_elsewhere(tables[1])
    (new,) = entries() - {old}
    (cache_folder() / "certificate").mkdir()  # whatever else lies there
    age(old, KEPT_DAYS - 1)
    sweep()
    assert entries() == {old, new, "certificate"}
    age(old, KEPT_DAYS + 1)
    age("certificate", KEPT_DAYS + 1)
    open_data(str(tables[1]))  # any opening sweeps
    assert entries() == {new, "certificate"}
    assert len(open_data(str(tables[0])).split("train")) == 8, "it is read anew"


def test_opening_makes_it_young_again(tables: list[Path]) -> None:
    open_elsewhere(tables[0])
    (name,) = entries()
    age(name, KEPT_DAYS - 1)
    open_elsewhere(tables[0])
    used = (cache_folder() / name / "used").stat().st_mtime
    assert time.time() - used < 24 * 3600


def test_entries_of_older_versions_have_no_time_of_their_own(tables: list[Path]) -> None:
    open_elsewhere(tables[0])
    (name,) = entries()
    (cache_folder() / name / "used").unlink()
    sweep()
    assert entries() == {name}
    age(name, KEPT_DAYS + 1)
    sweep()
    assert not entries()


def test_what_a_process_has_open_stays(tables: list[Path]) -> None:
    command = [sys.executable, "-c", HOLD, tables[0]]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        (name,) = entries()
        age(name, KEPT_DAYS + 1)
        sweep()
        assert entries() == {name}
        answer, _ = holder.communicate("")
    assert int(answer) == np.sum(open_data(str(tables[0])).split("train").images)
    age(name, KEPT_DAYS + 1)
    sweep()
    assert entries() == {name}, "this process has it open"


def test_an_entry_that_is_being_removed_is_read_anew(tables: list[Path]) -> None:
    open_elsewhere(tables[0])
    (name,) = entries()
    fcntl = pytest.importorskip("fcntl", reason="no locks of files on this system")
    with (cache_folder() / name / "used").open("r+") as remover:
        fcntl.flock(remover, fcntl.LOCK_EX)
        assert len(open_data(str(tables[0])).split("train")) == 8
    sweep_entries(cache_folder())
    assert entries() == {name}
