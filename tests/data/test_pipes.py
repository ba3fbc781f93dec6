"""A pipe that lies where a data set has a file is refused or left, never waited for."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import made_layouts
import numpy as np
import pytest
from PIL import Image

from fer_keras.data.cache import cache_folder
from fer_keras.data.source import open_data
from fer_keras.errors import InputError

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names"),
    pytest.mark.timeout(600),
]
LAYOUTS = ("raf_db", "raf_db_kaggle", "affectnet", "ck_plus", "expw", "ferplus_folders", "parquet")


def is_waited_for(work: Callable[[], object], pipes: list[Path]) -> bool:
    """Whether something opens one of the pipes. It is let go then."""
    ended = threading.Event()

    def run() -> None:
        with contextlib.suppress(InputError):
            work()
        ended.set()

    thread = threading.Thread(target=run)
    thread.start()
    waited = False
    while not ended.wait(0.01):
        for pipe in pipes:
            # Only where somebody waits at the other end can it be opened so. A file may lie there
            # by now: what is damaged is made anew.
            with contextlib.suppress(OSError):
                opened = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
                waited |= stat.S_ISFIFO(os.fstat(opened).st_mode)
                os.close(opened)
    thread.join()
    return waited


def as_pipe(file: Path) -> Path:
    file.unlink()
    os.mkfifo(file)
    return file


def test_the_watch_sees_a_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert is_waited_for((tmp_path / "pipe").read_bytes, [tmp_path / "pipe"])


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_file_of_a_layout_is_waited_for(name: str, tmp_path: Path) -> None:
    getattr(made_layouts, name)(tmp_path / "data")
    kinds = {file.suffix: file for file in sorted((tmp_path / "data").rglob("*")) if file.is_file()}
    for file in kinds.values():
        content = file.read_bytes()
        pipe = as_pipe(file)
        assert not is_waited_for(lambda: open_data(str(tmp_path / "data")), [pipe]), file
        pipe.unlink()
        file.write_bytes(content)


def test_no_entry_of_the_cache_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_KERAS_CACHE", str(tmp_path / "cache"))
    for number in range(8):
        picture = tmp_path / "data" / ("happy", "sad")[number % 2] / f"{number}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((48, 48), number, np.uint8)).save(picture)
    data = open_data(str(tmp_path / "data"))
    (entry,) = (path for path in cache_folder().iterdir() if path.is_dir())
    names = [file.name for file in entry.iterdir() if file.name != "used"]
    assert len(names) > 3
    for name in names:
        pipe = as_pipe(entry / name)
        assert not is_waited_for(lambda: open_data(str(tmp_path / "data")), [pipe]), name
        assert open_data(str(tmp_path / "data")).fingerprint == data.fingerprint


def test_a_parquet_file_whose_name_is_not_utf8_is_read(tmp_path: Path) -> None:
    made_layouts.parquet(tmp_path / "data")
    odd = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        (tmp_path / "data").rename(odd)
    except OSError:
        pytest.skip("this file system has no such names")
    assert open_data(str(odd)).fingerprint
