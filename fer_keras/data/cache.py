"""Parsing happens once: arrays are kept by the content of the file that they came from.

An entry is a folder, written under another name and renamed when it is whole, so that two processes
that start together both end with a good one. An entry that does not match its fingerprint is thrown
away. Images are mapped from their files, not read into memory: a million faces open as a few do. A
reader of pictures writes them there one by one.

Each entry has a file whose time says when it was opened last. Who opens an entry shares the lock on
it until the process ends; who removes one that nobody has opened for long has to have it alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from fer_keras.data.face_data import FACE_SIZE, FaceData, Split, fingerprint
from fer_keras.data.layouts.listing import NewImages, in_memory
from fer_keras.data.layouts.walk import files_below
from fer_keras.files import check_input_file, read_json
from fer_keras.scratch_folder import scratch_folder

try:
    import fcntl
except ImportError:  # Windows: what is mapped can't be removed there
    fcntl = None  # type: ignore[assignment]

KEPT_DAYS = 60
"""Days since it was opened last after which an entry is removed."""

_ENTRY = re.compile(r"[0-9a-f]{64}")
_USED = "used"
_HELD: dict[str, int] = {}
_SWEPT: set[str] = set()


def use_entry(entry: Path) -> bool:
    """Keep an entry from being removed until this process ends, and note the time.

    Returns:
        Whether it may be read; not where it is being removed.
    """
    key = str(entry.absolute())
    try:
        if not _is_held(key, entry / _USED):
            file = os.open(entry / _USED, os.O_RDWR | os.O_CREAT, 0o600)
            if not _lock(file, alone=False):
                os.close(file)
                return False
            _HELD[key] = file
        os.utime(entry / _USED)
    except OSError:  # a cache that can't be written: nobody can remove anything either
        pass
    return True


def sweep_entries(cache: Path) -> None:
    """Remove the entries that were not opened for `KEPT_DAYS`, once in each process."""
    key = str(cache.absolute())
    if key in _SWEPT:
        return
    _SWEPT.add(key)
    with contextlib.suppress(OSError), os.scandir(cache) as entries:
        for entry in entries:
            if _ENTRY.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _sweep(Path(entry.path))


def _is_held(key: str, used: Path) -> bool:
    """Whether the lock is of the file that is there now: a damaged entry is made anew."""
    if key not in _HELD:
        return False
    with contextlib.suppress(OSError):
        if os.path.samestat(os.fstat(_HELD[key]), used.stat()):
            return True
    os.close(_HELD.pop(key))
    return False


def _sweep(entry: Path) -> None:
    if not _is_old(entry):
        return
    # Made where it is missing, as in entries of older versions, without a look at its time.
    file = os.open(entry / _USED, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _lock(file, alone=True):
            with scratch_folder(entry.parent) as folder:
                entry.rename(folder / entry.name)  # gone at once for all who look for it
    finally:
        os.close(file)


def _is_old(entry: Path) -> bool:
    used = entry / _USED
    opened = (used if used.exists() else entry).stat().st_mtime
    return time.time() - opened > KEPT_DAYS * 24 * 3600


def _lock(file: int, *, alone: bool) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: age alone decides
        return True
    return True


READER_VERSION = 4
"""Raise it when a reader's result changes: old entries are then no longer found."""


def cache_folder() -> Path:
    """Where entries lie: $FER_KERAS_CACHE, or the platform's cache folder."""
    override = os.environ.get("FER_KERAS_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir("fer-keras"))


def content_key(path: Path) -> str:
    """Sha256 over a file's bytes, or over the paths, sizes and times of a folder's files.

    A folder of 35,000 images is not read through for its key: that takes as long as reading it.
    What stands for its content includes the time of change, which no tool sets back.
    """
    digest = hashlib.sha256(f"fer-keras reader {READER_VERSION}\n".encode())
    if path.is_file():
        with path.open("rb") as file:
            while chunk := file.read(1 << 22):
                digest.update(chunk)
        return digest.hexdigest()
    folder = path.resolve()
    digest.update(f"{folder}\n".encode(errors="surrogateescape"))
    begin = len(str(folder)) + 1
    for file_entry in files_below(folder):
        try:
            status = file_entry.stat()
        except OSError:  # a link to nowhere: it counts as one
            status = file_entry.stat(follow_symlinks=False)
        name = file_entry.path[begin:]
        times = f"{status.st_mtime_ns}\0{status.st_ctime_ns}"
        digest.update(f"{name}\0{status.st_size}\0{times}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def cached(path: Path, read: Callable[[NewImages], FaceData], variant: str = "") -> FaceData:
    """What `read` gives for the file or folder at `path`, from the cache where it is there.

    Args:
        path: file or folder.
        read: reads it; is given what makes the arrays for images.
        variant: of the reading, where it depends on more than the path.
    """
    key = content_key(path)
    if variant:
        key = hashlib.sha256(f"{key} {variant}".encode()).hexdigest()
    entry = cache_folder() / key
    sweep_entries(cache_folder())
    kept = _load(entry, str(path))
    if kept is not None:
        return kept
    with contextlib.ExitStack() as cleanup:
        # A cache that can't be written (a full disk, a read-only home) costs time, not the command.
        try:
            new = _NewEntry(cleanup.enter_context(scratch_folder(cache_folder())))
        except OSError:
            return read(in_memory)
        data = read(new.images)
        try:
            new.finish(entry, data)
        except OSError:  # also where another process was quicker: its entry is as good
            return data
    return _load(entry, str(path), trusted=True) or data


class _NewEntry:
    """An entry that is being written, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mapped: dict[str, NDArray[np.uint8]] = {}

    def images(self, split: str, count: int) -> NDArray[np.uint8]:
        """An array in the entry's file; in memory where there is no room for it."""
        file = self.folder / _array_name(split, "images")
        shape = (count, FACE_SIZE, FACE_SIZE, 1)
        try:
            array = np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=shape)
            _take_room(file, array)
        except OSError:
            file.unlink(missing_ok=True)
            return in_memory(split, count)
        self.mapped[split] = array
        return array

    def finish(self, entry: Path, data: FaceData) -> None:
        """Write what is not yet written, and give the entry its name."""
        for name, split in data.splits.items():
            for field, array in vars(split).items():
                if field == "images" and array is self.mapped.get(name):
                    self.mapped[name].flush()  # type: ignore[attr-defined]
                elif array is not None:
                    np.save(self.folder / _array_name(name, field), array)
        description = {
            "labels": data.labels,
            "splits": list(data.splits),
            "fingerprint": data.fingerprint,
            "notes": data.notes,
        }
        (self.folder / "data.json").write_text(json.dumps(description), encoding="utf-8")
        self.folder.rename(entry)


def _array_name(split: str, field: str) -> str:
    return f"{split}.{field}.npy"


def _take_room(file: Path, array: NDArray[np.uint8]) -> None:
    """Have the file's blocks now: a full disk kills whoever writes into a map of missing ones."""
    begin = file.stat().st_size - array.nbytes
    with file.open("r+b") as opened:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(opened.fileno(), begin, array.nbytes)
            return
        opened.seek(begin)
        for start in range(0, array.nbytes, 1 << 22):
            opened.write(bytes(min(1 << 22, array.nbytes - start)))


def _load(entry: Path, source: str, *, trusted: bool = False) -> FaceData | None:
    """The data of an entry; None where there is none, or it is not what it was."""
    if not entry.is_dir() or not use_entry(entry):
        return None
    try:
        description = read_json(entry / "data.json")
        labels = tuple(description["labels"])
        splits = {name: _load_split(entry, name) for name in description["splits"]}
        if trusted or fingerprint(labels, splits) == description["fingerprint"]:
            notes = tuple(description["notes"])
            return FaceData(labels, splits, source, description["fingerprint"], notes)
    except Exception:  # NumPy parses headers as Python: damage shows in any way
        pass
    shutil.rmtree(entry, ignore_errors=True)
    return None


def _load_split(entry: Path, name: str) -> Split:
    arrays = {}
    for field in fields(Split):
        file = entry / _array_name(name, field.name)
        if file.exists():
            check_input_file(file)  # a pipe would be waited for
            arrays[field.name] = np.load(file, mmap_mode="r" if field.name == "images" else None)
    return Split(**arrays)
