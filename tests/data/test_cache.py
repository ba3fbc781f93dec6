from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fer_keras.data import cache
from fer_keras.data.cache import cache_folder, cached, content_key
from fer_keras.data.face_data import FaceData
from fer_keras.data.source import open_data
from fer_keras.errors import InputError


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("FER_KERAS_CACHE", str(folder))
    return folder


def forbidden() -> FaceData:
    raise AssertionError("read again, though it should be in the cache")


def assert_equal(left: FaceData, right: FaceData) -> None:
    assert dataclasses.replace(left, splits={}) == dataclasses.replace(right, splits={})
    assert list(left.splits) == list(right.splits)
    for name, split in left.splits.items():
        for field, array in vars(split).items():
            other = getattr(right.splits[name], field)
            assert (array is None) == (other is None)
            if array is not None:
                assert array.dtype == other.dtype
                np.testing.assert_array_equal(array, other)


def test_the_second_start_reads_what_the_first_left(fer2013_csv: Path) -> None:
    first = open_data(str(fer2013_csv))
    assert_equal(cached(fer2013_csv, forbidden), first)
    assert len(list(cache_folder().iterdir())) == 1


def test_the_same_bytes_elsewhere_are_known(fer2013_csv: Path, tmp_path: Path) -> None:
    first = open_data(str(fer2013_csv))
    other = tmp_path / "other.csv"
    other.write_bytes(fer2013_csv.read_bytes())
    second = cached(other, forbidden)
    assert second.source == str(other)
    assert second.fingerprint == first.fingerprint


def test_other_bytes_are_read_anew_even_at_the_same_time_and_size(fer2013_csv: Path) -> None:
    first = open_data(str(fer2013_csv))
    times = fer2013_csv.stat()
    content = fer2013_csv.read_bytes()
    fer2013_csv.write_bytes(content.replace(b"\n0,", b"\n1,", 1))
    os.utime(fer2013_csv, ns=(times.st_atime_ns, times.st_mtime_ns))
    second = open_data(str(fer2013_csv))
    assert second.split("train").labels[0] == 1
    assert second.fingerprint != first.fingerprint


def test_a_changed_folder_has_another_key(tmp_path: Path) -> None:
    file = tmp_path / "faces" / "a" / "1.bmp"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"one")
    key = content_key(tmp_path / "faces")
    assert content_key(tmp_path / "faces") == key
    times = file.stat()
    time.sleep(0.02)
    file.write_bytes(b"two")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # as some unpackers do
    changed = content_key(tmp_path / "faces")
    assert changed != key
    file.rename(file.with_name("2.bmp"))
    assert content_key(tmp_path / "faces") not in (key, changed)


@pytest.mark.parametrize(
    "harm", ["cut array", "changed byte", "no array", "no description", "wrong description"]
)
def test_a_corrupted_entry_is_built_again(harm: str, fer2013_csv: Path) -> None:
    first = open_data(str(fer2013_csv))
    (entry,) = cache_folder().iterdir()
    images, description = entry / "train.images.npy", entry / "data.json"
    content = bytearray(images.read_bytes())
    if harm == "cut array":
        images.write_bytes(content[:-100])
    elif harm == "changed byte":
        content[-1] ^= 1
        images.write_bytes(content)
    elif harm == "no array":
        images.unlink()
    elif harm == "no description":
        description.unlink()
    else:
        description.write_text("[1, 2")
    assert_equal(open_data(str(fer2013_csv)), first)
    assert_equal(cached(fer2013_csv, forbidden), first)


def test_bad_input_leaves_nothing(fer2013_csv: Path, empty_cache: Path) -> None:
    fer2013_csv.write_text(fer2013_csv.read_text() + "3,1 2 3,Training\n")
    with pytest.raises(InputError, match="row 30"):
        open_data(str(fer2013_csv))
    assert not empty_cache.exists() or not list(empty_cache.iterdir())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    fer2013_csv: Path, empty_cache: Path
) -> None:
    empty_cache.mkdir(mode=0o500)
    assert len(open_data(str(fer2013_csv)).split("train")) == 14


def test_a_file_in_the_place_of_the_cache_costs_nothing_but_time(
    fer2013_csv: Path, empty_cache: Path
) -> None:
    empty_cache.write_text("in the way")
    assert len(open_data(str(fer2013_csv)).split("train")) == 14


def test_what_killed_processes_left_is_swept_up(fer2013_csv: Path, empty_cache: Path) -> None:
    old, young = empty_cache / f"{cache.PARTIAL}old", empty_cache / f"{cache.PARTIAL}young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    long_ago = time.time() - 2 * cache.STALE
    os.utime(old, (long_ago, long_ago))
    open_data(str(fer2013_csv))
    assert not old.exists()
    assert young.exists()


RACE = """
import pathlib, sys, time
from fer_keras.data import cache
from fer_keras.data.source import open_data
store = cache._store
def meet(entry, data):
    # Both have read the file and stand before the same empty place.
    (pathlib.Path(sys.argv[2]) / sys.argv[3]).touch()
    deadline = time.monotonic() + 30
    while len(list(pathlib.Path(sys.argv[2]).iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    store(entry, data)
cache._store = meet
print(open_data(sys.argv[1]).fingerprint)
"""


def test_two_processes_that_start_together_both_end_well(
    fer2013_csv: Path, tmp_path: Path, empty_cache: Path
) -> None:
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(fer2013_csv), str(meeting), name],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    fingerprints = {out.strip() for out, _ in ends}
    data = cached(fer2013_csv, forbidden)
    assert fingerprints == {data.fingerprint}
    assert len(list(meeting.iterdir())) == 2
    assert [path.name for path in empty_cache.iterdir()] == [content_key(fer2013_csv)]


@pytest.mark.real_data
def test_fer2013_comes_back_from_the_cache_as_it_was_read(real_data: Path) -> None:
    path = real_data / "fer2013.csv.gz"
    first = open_data(str(path))
    second = open_data(str(path))
    assert second.fingerprint == first.fingerprint
