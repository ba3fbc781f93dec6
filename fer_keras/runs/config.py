"""What a run's config.json holds: what was asked for, and what the run depended on."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fer_keras.data.face_data import FaceData, part_fingerprint
from fer_keras.errors import InputError
from fer_keras.training.recipe import recipe_from_json

MOST_SEED = 2**32 - 1
"""The largest seed that NumPy takes."""

PACKAGES = ("fer-keras", "keras", "tensorflow", "jax", "torch", "numpy")
PARTS = ("train", "validation")
"""The splits that a run's weights depend on."""


def check_run_config(config: Mapping[str, Any], source: str) -> None:
    """Refuse a configuration that no training of ours has written.

    Args:
        config: what config.json holds.
        source: the file's name, for messages.

    Raises:
        InputError: naming the key that is missing or of the wrong kind.
    """
    for key, (fits, wanted) in {**_REQUIRED, **_OPTIONAL}.items():
        if key not in config:
            if key in _REQUIRED:
                raise InputError(f"{source}: has no {key}; put the run's own config.json back")
        elif not fits(config[key]):
            shown = repr(config[key])[:80]
            raise InputError(f"{source}: {key} is {shown}; it must be {wanted}")
    recipe_from_json(config["recipe"], f"{source}: recipe")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _or_null(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _is_object(of: Callable[[Any], bool] = lambda value: True) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(of, value.values()))


def _are_labels(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(map(_is_text, value))
        and len(set(value)) == len(value)
    )


_Check = tuple[Callable[[Any], bool], str]
_TEXT_OR_NULL: _Check = (_or_null(_is_text), "a text or null")

_REQUIRED: dict[str, _Check] = {
    "recipe": (_is_object(), "an object in braces"),
    "seed": (lambda value: _is_whole(value) and 0 <= value <= MOST_SEED, "a whole number from 0"),
    "precision": (_is_text, "a name in quotes"),
    "labels": (_are_labels, "a list of different names"),
    "fingerprint": (_is_text, "a text"),
    "parts": (_is_object(_is_text), "an object of texts"),
    "faces": (_is_object(_is_whole), "an object of whole numbers"),
}
_OPTIONAL: dict[str, _Check] = {
    "data": (_or_null(_is_object()), "an object in braces or null"),
    "versions": (_is_object(_is_text), "an object of texts"),
    "device": (_is_text, "a text"),
    "patience": (
        _or_null(lambda value: _is_whole(value) and value >= 1),
        "a whole number from 1 or null",
    ),
    "tensorboard": (lambda value: isinstance(value, bool), "true or false"),
    "extended": (lambda value: isinstance(value, list), "a list"),
    "resumed": (
        lambda value: isinstance(value, list) and value != [] and all(map(_is_object(), value)),
        "a list of objects",
    ),
    **dict.fromkeys(
        ("teacher", "teacher_sha256", "start", "start_sha256", "device_choice", "git_commit"),
        _TEXT_OR_NULL,
    ),
}


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


def devices_of(config: Mapping[str, Any]) -> str | None:
    """Where a run was trained, in words: where it began, and where it was resumed elsewhere.

    >>> devices_of({"device": "a GPU", "resumed": [{"after": 3, "device": "a CPU"}]})
    'a GPU; from epoch 4 on a CPU'

    Args:
        config: the run's `config.json`.
    """
    said = config.get("device")
    now = said
    for place in config.get("resumed", ()):
        if place.get("device", now) != now:
            now = place["device"]
            said = f"{said}; from epoch {place.get('after', 0) + 1} on {now}"
    return said


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
    return bool(config["parts"] == describe_data(data)["parts"])


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
