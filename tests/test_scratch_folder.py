"""Temporary folders of killed processes are taken away; those of living ones and of others stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from fer_keras import files
from fer_keras.scratch_folder import scratch_folder, swept_temporaries

HOLDING = """
import sys, pathlib
from fer_keras.scratch_folder import scratch_folder
with scratch_folder(pathlib.Path(sys.argv[1])) as folder:
    (folder / "a").write_text("a")
    print(folder, flush=True)
    sys.stdin.read()
"""


def hold(place: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip()).parent


def age(folder: Path) -> None:
    os.utime(folder, (0, time.time() - 2 * files.YOUNG))


def test_it_is_gone_at_the_end_and_its_owners_alone(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "new") as folder:
        (folder / "a").write_text("a")
        (top,) = (tmp_path / "new").iterdir()
        assert top.name.startswith(".")
        assert top.stat().st_mode & 0o777 == 0o700
    assert not list((tmp_path / "new").iterdir())


def test_a_killed_processs_is_swept_and_a_living_ones_is_not(tmp_path: Path) -> None:
    (dead, left), (living, used) = hold(tmp_path), hold(tmp_path)
    dead.send_signal(signal.SIGKILL)
    dead.communicate()
    age(used)
    with scratch_folder(tmp_path):
        assert left.exists(), "what is young may be in the making"
    age(left)
    with scratch_folder(tmp_path):
        assert not left.exists()
        assert used.exists()
    living.communicate()
    assert living.returncode == 0
    assert not list(tmp_path.iterdir())


def test_what_only_looks_like_one_stays(tmp_path: Path) -> None:
    mine = tmp_path / "fer-keras-scratch-of-mine"
    mine.mkdir()
    (mine / ".alive").write_text("")
    link = tmp_path / ".fer-keras-scratch-0123456789abcdef"
    link.symlink_to(mine)
    file = tmp_path / ".fer-keras-scratch-0123456789abcde0"
    file.write_text("text")
    for path in (mine, file):
        age(path)
    os.utime(link, (0, 0), follow_symlinks=False)
    with scratch_folder(tmp_path):
        pass
    assert sorted(tmp_path.iterdir()) == sorted([mine, link, file])
    assert (mine / ".alive").exists()


def test_a_commands_temporaries_are_in_it_those_of_libraries_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with swept_temporaries():
        (folder,) = tmp_path.iterdir()
        assert folder in Path(tempfile.mkdtemp()).parents
        with scratch_folder() as inner:
            assert folder in inner.parents
    assert tempfile.gettempdir() == str(tmp_path)
    assert not list(tmp_path.iterdir())


def test_where_none_can_be_made_the_systems_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with swept_temporaries():
        assert tempfile.gettempdir() == str(tmp_path / "file")
