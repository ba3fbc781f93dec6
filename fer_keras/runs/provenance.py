"""What a run depended on: versions, the commit, its data, the files that it took weights from."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras

from fer_keras.data.face_data import FaceData, part_fingerprint
from fer_keras.errors import InputError

PACKAGES = ("fer-keras", "keras", "tensorflow", "jax", "torch", "numpy")
PARTS = ("train", "validation")
"""The splits that a run's weights depend on."""


def describe_environment() -> dict[str, object]:
    """Versions, backend and git commit, for `config.json`."""
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
