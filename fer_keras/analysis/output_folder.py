"""The folder of an analysis: which names films have in it, and which are finished."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.files import check_output_folder, read_json, reason, write_text
from fer_keras.films.opening import is_address, shown_name
from fer_keras.lock_file import locked

INDEX = "films.json"
_LOCK = ".lock"
_SUFFIXES = (".csv", ".parquet", ".json", ".png", ".html")


class OutputFolder:
    """Gives every film a name of its own; films of one name from two folders get numbers.

    Which film has which name stands in `films.json`, so that the same film has the same name the
    next time, and two analyses that run at once don't take one name for two films.

    Args:
        path: made if it is missing.
        films: that will be read; folders of frames can't hold it.

    Raises:
        InputError: if no files can be made in it, or it lies in a film's folder of frames.
    """

    def __init__(self, path: Path, films: list[str]) -> None:
        check_output_folder(
            path, inputs=[Path(one) for one in films if not is_address(one)], argument="out"
        )
        path.mkdir(parents=True, exist_ok=True)
        self.path = path

    def name_for(self, film: str) -> str:
        """The name of a film's files, without suffix."""
        key = identity(film)
        with locked(self.path / _LOCK):
            index = self._index()
            for name, known in index.items():
                if known == key:
                    return name
            stem = Path(shown_name(film).rstrip("/")).stem or "film"
            taken = {name.lower() for name in index}
            name, number = stem, 1
            # A file that is ours by nothing but its name may be the user's own.
            while name.lower() in taken or self._is_foreign(name):
                number += 1
                name = f"{stem}-{number}"
            index[name] = key
            write_text(self.path / INDEX, json.dumps(index, indent=2, ensure_ascii=False) + "\n")
            return name

    def finished(
        self, name: str, source: dict[str, Any], settings: dict[str, Any], model: str
    ) -> bool:
        """Whether the film was analysed to its end, as it is now, with these settings and model."""
        try:
            found = read_json(self.path / f"{name}.json")
        except InputError:
            return False
        if not isinstance(found, dict) or not found.get("complete"):
            return False
        files = found.get("files")
        if not isinstance(files, list) or not all(map(_is_plain, files)) or "problem" not in found:
            return False
        if found.get("model_sha256") != model:
            return False
        there = all((self.path / file).is_file() for file in files)
        return there and found.get("source") == source and found.get("settings") == settings

    def _is_foreign(self, name: str) -> bool:
        return any((self.path / f"{name}{suffix}").exists() for suffix in _SUFFIXES)

    def _index(self) -> dict[str, str]:
        path = self.path / INDEX
        if not path.exists():
            return {}
        found = read_json(path)
        # Files are called by these names: one that leads elsewhere is not ours.
        if not isinstance(found, dict) or not all(map(_is_plain, found)):
            raise InputError(f"{path}: is none of ours; name another folder")
        return found


def _is_plain(name: object) -> bool:
    """Whether it names a file without leading to another folder."""
    return isinstance(name, str) and Path(name).name == name != ".."


def identity(film: str) -> str:
    """Which film it is: its whole path, or its address without its password."""
    return shown_name(film) if is_address(film) else str(Path(film).resolve())


def describe_source(film: str) -> dict[str, Any]:
    """What tells whether a film is still the same: where it is, its size and when it was changed.

    Raises:
        InputError: if it can't be looked up.
    """
    if is_address(film):
        return {"film": identity(film)}
    path = Path(film)
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        facts = [file.stat() for file in files]
    except OSError as error:
        raise InputError(f"{film}: can't be read ({reason(error)})") from error
    return {
        "film": identity(film),
        "bytes": sum(fact.st_size for fact in facts),
        "changed_ns": max((fact.st_mtime_ns for fact in facts), default=0),
    }
