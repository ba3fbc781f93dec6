"""Parsing happens once: arrays are kept by the content of the file that they came from.

An entry is a folder, written under another name and renamed when it is whole, so that two processes
that start together both end with a good one. An entry that does not match its fingerprint is thrown
away.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import platformdirs

from fer_keras.data.face_data import FaceData, Split
from fer_keras.data.fingerprint import fingerprint

READER_VERSION = 2
"""Raise it when a reader's result changes: old entries are then no longer found."""

PARTIAL = ".partial-"
STALE = 24 * 3600
"""Seconds after which an entry that is still not whole is left over."""


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
    digest.update(f"{path.resolve()}\n".encode())
    for file_path in sorted(path.rglob("*")):
        if file_path.is_file():
            status = file_path.stat()
            name = file_path.relative_to(path).as_posix()
            times = f"{status.st_mtime_ns}\0{status.st_ctime_ns}"
            digest.update(f"{name}\0{status.st_size}\0{times}\n".encode())
    return digest.hexdigest()


def cached(path: Path, read: Callable[[], FaceData]) -> FaceData:
    """What `read` gives for the file or folder at `path`, from the cache where it is there."""
    entry = cache_folder() / content_key(path)
    kept = _load(entry, str(path))
    if kept is not None:
        return kept
    data = read()
    # A cache that can't be written (a full disk, a read-only home) costs time, not the command.
    with contextlib.suppress(OSError):
        _store(entry, data)
    return data


def _store(entry: Path, data: FaceData) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    for old in entry.parent.glob(f"{PARTIAL}*"):  # of processes that were killed
        if time.time() - old.stat().st_mtime > STALE:
            shutil.rmtree(old, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=entry.parent))
    try:
        for name, split in data.splits.items():
            for field, array in vars(split).items():
                if array is not None:
                    np.save(temporary / f"{name}.{field}.npy", array)
        description = {
            "labels": data.labels,
            "splits": list(data.splits),
            "fingerprint": data.fingerprint,
            "notes": data.notes,
        }
        (temporary / "data.json").write_text(json.dumps(description), encoding="utf-8")
        temporary.rename(entry)
    except OSError:  # also where another process was quicker: its entry is as good
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _load(entry: Path, source: str) -> FaceData | None:
    if not entry.is_dir():
        return None
    try:
        description = json.loads((entry / "data.json").read_text(encoding="utf-8"))
        labels = tuple(description["labels"])
        splits = {name: _load_split(entry, name) for name in description["splits"]}
        if fingerprint(labels, splits) == description["fingerprint"]:
            notes = tuple(description["notes"])
            return FaceData(labels, splits, source, description["fingerprint"], notes)
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        pass
    shutil.rmtree(entry, ignore_errors=True)
    return None


def _load_split(entry: Path, name: str) -> Split:
    arrays = {}
    for field in fields(Split):
        file = entry / f"{name}.{field.name}.npy"
        if file.exists():
            arrays[field.name] = np.load(file)
    return Split(**arrays)
