"""One at a time, and nothing that is called like a lock file is waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fer_keras.errors import InputError
from fer_keras.lock_file import locked
from fer_keras.runs.run_folder import claim, only_one_in

TAKE = """
import sys
from pathlib import Path
from fer_keras.lock_file import locked
with locked(Path(sys.argv[1]), wait=False) as ours:
    print(ours)
"""


def another_gets(path: Path) -> bool:
    words = [sys.executable, "-c", TAKE, str(path)]
    said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=600).stdout
    return said == "True\n"


def test_another_process_gets_it_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "new" / ".lock"
    with locked(path) as ours:
        assert ours
        assert not another_gets(path)
    assert another_gets(path)


def in_the_way(kind: str, path: Path) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link to a pipe":
        pipe = path.with_name(f"pipe{path.name}")
        os.mkfifo(pipe)
        path.symlink_to(pipe)
    elif kind == "link to a device":
        path.symlink_to("/dev/zero")
    else:
        path.symlink_to(path.name)


KINDS = ["pipe", "folder", "link to a pipe", "link to a device", "link to itself"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_refused_by_all_that_lock(kind: str, tmp_path: Path) -> None:
    from fer_keras.analysis.output_folder import OutputFolder

    in_the_way(kind, tmp_path / ".lock")
    in_the_way(kind, tmp_path / ".run.lock")
    with pytest.raises(InputError, match=r"\.lock: "), only_one_in(tmp_path):
        pass
    with pytest.raises(InputError, match=r"\.run\.lock: "), claim(tmp_path / "run"):
        pass
    with pytest.raises(InputError, match=r"\.lock: "):
        OutputFolder(tmp_path, ["film.mp4"]).name_for("film.mp4")
    assert not (tmp_path / "films.json").exists()


def test_a_lock_that_cannot_be_made_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / ".lock", tmp_path / ("a" * 300)):
        with pytest.raises(InputError, match="can't be locked"), locked(path):
            pass
