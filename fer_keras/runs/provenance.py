"""What a run depended on: versions, the commit, its data, the files that it took weights from."""

from __future__ import annotations

import dataclasses
import hashlib
import platform
import subprocess
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fer_keras.data.face_data import DataOrigin, FaceData, part_fingerprint
from fer_keras.data.source import open_again
from fer_keras.errors import InputError
from fer_keras.runs.run_folder import RunFolder

PACKAGES = ("fer-keras", "keras", "tensorflow", "jax", "torch", "numpy")
PARTS = ("train", "validation")
"""The splits that a run's weights depend on."""


def describe_environment() -> dict[str, object]:
    """Versions, backend and git commit, for `config.json`."""
    import keras

    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "versions": versions,
        "backend": keras.backend.backend(),
        "git_commit": _git_commit(Path(__file__).resolve().parents[2]),
    }


def describe_data(data: FaceData) -> dict[str, object]:
    """Where the data came from and what it is, for `config.json`."""
    return {
        "data": data.origin.to_json() if data.origin else None,
        "labels": list(data.labels),
        "fingerprint": data.fingerprint,
        "parts": {
            name: part_fingerprint(data.labels, data.split(name))
            for name in PARTS
            if name in data.splits
        },
        "faces": {name: len(split) for name, split in data.splits.items()},
    }


def is_same_data(config: Mapping[str, Any], data: FaceData) -> bool:
    """Whether a run was trained and validated on the faces that `data` has for it.

    Other splits do not count: a run of two of FER2013's parts can be judged on a file of all three.

    Args:
        config: the run's `config.json`.
        data: what is to be compared.
    """
    if "parts" not in config:  # a run of before
        return config.get("fingerprint") == data.fingerprint
    return config["parts"] == describe_data(data)["parts"]


def check_same_data(path: Path, config: Mapping[str, Any], data: FaceData) -> None:
    """Make sure that a run is of this data.

    Raises:
        InputError: if it is not.
    """
    if not is_same_data(config, data):
        raise InputError(
            f"{path}: {data.source} is not the data that the run began with; put that back, or "
            "train anew"
        )


def file_hash(path: Path) -> str:
    """Sha256 of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git_commit(root: Path) -> str | None:
    """The source tree's commit, with `-dirty` where it was changed; None where there is none.

    A repository that merely surrounds the installation says nothing of this package.
    """
    if not (root / ".git").exists():
        return None
    try:
        return subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None


def known_data(
    model: Path, *, report: Callable[[str], None] | None = None, **changes: Any
) -> FaceData:
    """Open what a model was trained on.

    Args:
        model: a run folder, or a model file that lies in one.
        report: called with each line that a user should know.
        changes: fields of `DataOrigin` to be others than the run's (`ferplus=...`, say).

    Raises:
        InputError: if the model lies in no run folder, or its data can't be opened.
    """
    run = RunFolder(model if model.is_dir() else model.parent)
    if not run.config_file.is_file():
        raise InputError(
            f"{model}: lies in no run folder that says what data it knows; give `data`"
        )
    return open_again(dataclasses.replace(data_origin(run), **changes), report)


def data_origin(run: RunFolder) -> DataOrigin:
    """Where a run's data came from.

    Raises:
        InputError: if the run was trained on arrays in memory, or does not say.
    """
    values = run.read_config().get("data")
    if values is None:
        raise InputError(
            f"{run.path}: was trained on faces in memory, which no file holds; give `data`"
        )
    try:
        return DataOrigin.from_json(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{run.config_file}: does not say what data it is of") from error
