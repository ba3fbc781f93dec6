"""Whether files are whole, by their own readers."""

from __future__ import annotations

import csv
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from PIL import Image

OURS = ("filler", ".alive")
LOCK = ".lock"
TEMPORARY = (".partial-", ".fer-keras-scratch-")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in OURS and not path.name.endswith(LOCK)
    }


def is_temporary(name: str) -> bool:
    """Whether a path says of itself that it isn't finished."""
    return any(part.startswith(TEMPORARY) for part in name.split("/"))


def temporaries(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.name.startswith(TEMPORARY)
    ]


def cut_off(folder: Path) -> list[str]:
    """The files under final names that are not whole, and why."""
    found = []
    for name in contents(folder):
        path = folder / name
        if is_temporary(name):
            continue
        try:
            _CHECKS[path.suffix](path)
        except Exception as error:
            found.append(f"{name}: {type(error).__name__} {error}")
    return found


def _json(path: Path) -> None:
    json.loads(path.read_text(encoding="utf-8"))


def _lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n") or not text
    for line in text.splitlines():
        json.loads(line)


def _csv(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    rows = list(csv.reader(text.splitlines()))
    assert len({len(row) for row in rows}) == 1


def _text(path: Path) -> None:
    assert path.read_text(encoding="utf-8").endswith("\n")


def _picture(path: Path) -> None:
    with Image.open(path) as picture:
        picture.load()


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert path.suffix != ".keras" or "labels.txt" in archive.namelist()


def _film(path: Path) -> None:
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert sum(1 for _ in film.decode(stream)) == stream.frames > 0


def _page(path: Path) -> None:
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")


def _tflite(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:  # at its end: of a cut file it is gone
        assert archive.testzip() is None
    assert path.read_bytes()[4:8] == b"TFL3"


def _parquet(path: Path) -> None:
    content = path.read_bytes()
    assert content[:4] == content[-4:] == b"PAR1"
    assert struct.unpack("<I", content[-8:-4])[0] < len(content)


def _database(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _array(path: Path) -> None:
    np.load(path)


def _any(path: Path) -> None:
    pass


_CHECKS: dict[str, Callable[[Path], None]] = {
    **{".json": _json, ".jsonl": _lines, ".csv": _csv, ".txt": _text, ".md": _text},
    **{".png": _picture, ".jpg": _picture, ".keras": _zip, ".npz": _zip, ".npy": _array},
    **{".mp4": _film, ".html": _page, ".tflite": _tflite, ".parquet": _parquet},
    **{".db": _database, ".db-journal": _any, ".pem": _text},
}
