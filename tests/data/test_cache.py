from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from made_layouts import jaffe

from fer_keras.data.cache import cache_folder, cached, content_key
from fer_keras.data.face_data import FaceData
from fer_keras.data.layouts.listing import NewImages
from fer_keras.data.source import open_data
from fer_keras.errors import InputError


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("FER_KERAS_CACHE", str(folder))
    return folder


def forbidden(new_images: NewImages) -> FaceData:
    raise AssertionError("read again, though it should be in the cache")


def in_own_memory(data: FaceData) -> FaceData:
    """With copies of what is mapped from the cache, which a test is to harm."""
    splits = {name: split.take(slice(None)) for name, split in data.splits.items()}
    splits = {n: dataclasses.replace(s, images=np.array(s.images)) for n, s in splits.items()}
    return dataclasses.replace(data, splits=splits)


def assert_equal(left: FaceData, right: FaceData) -> None:
    # Where it was opened from is `open_data`'s to say, not the cache's.
    bare = {"splits": {}, "origin": None}
    assert dataclasses.replace(left, **bare) == dataclasses.replace(right, **bare)
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


def test_a_change_behind_a_link_gives_another_key(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "a" / "1.bmp"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"one")
    folder = tmp_path / "faces"
    folder.mkdir()
    (folder / "train").symlink_to(tmp_path / "elsewhere")
    (folder / "self").symlink_to(folder)  # a loop is no way to hang
    (folder / "nowhere.bmp").symlink_to(tmp_path / "missing")
    key = content_key(folder)
    assert content_key(folder) == key
    file.write_bytes(b"other")
    assert content_key(folder) != key


def test_images_are_mapped_not_held(fer2013_csv: Path, tmp_path: Path) -> None:
    for spec in (fer2013_csv, jaffe(tmp_path / "jaffe")):
        for _ in range(2):  # as it was read, and as it was kept
            for split in open_data(str(spec)).splits.values():
                assert isinstance(split.images, np.memmap)
                assert not split.images.flags.writeable
                assert Path(split.images.filename).is_relative_to(cache_folder())


def test_pictures_are_held_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = jaffe(tmp_path / "jaffe")
    whole = in_own_memory(open_data(str(folder)))
    shutil.rmtree(cache_folder())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    assert_equal(open_data(str(folder)), whole)
    monkeypatch.setattr(json, "dumps", full)
    shutil.rmtree(cache_folder())
    data = open_data(str(folder))
    assert_equal(data, whole)
    assert not isinstance(data.split("train").images, np.memmap)
    assert not list(cache_folder().iterdir())


@pytest.mark.parametrize(
    "harm", ["cut array", "changed byte", "no array", "no description", "wrong description"]
)
def test_a_corrupted_entry_is_built_again(harm: str, fer2013_csv: Path) -> None:
    first = in_own_memory(open_data(str(fer2013_csv)))
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
    old = empty_cache / ".fer-keras-scratch-0123456789abcdef"
    old.mkdir(parents=True)
    (old / ".alive").write_text("")  # with no process that holds its lock
    os.utime(old, (0, 0))
    open_data(str(fer2013_csv))
    assert [entry.name for entry in empty_cache.iterdir() if entry.name.startswith(".")] == []


RACE = """
import pathlib, sys, time
from fer_keras.data import cache
from fer_keras.data.source import open_data
finish = cache._NewEntry.finish
def meet(new, entry, data):
    # Both have read the file and stand before the same empty place.
    (pathlib.Path(sys.argv[2]) / sys.argv[3]).touch()
    deadline = time.monotonic() + 30
    while len(list(pathlib.Path(sys.argv[2]).iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    finish(new, entry, data)
cache._NewEntry.finish = meet
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
