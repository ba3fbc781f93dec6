"""Which file is meant by a model: a shipped name, a run, or a file itself."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.files import read_json

ModelLike = str | os.PathLike[str]
"""A shipped name, a path, or an object that has one: a `Run`, a `Classifier`."""

DEFAULT_MODEL = "mobile-s-plus"
"""Named on pictures of people as most of ten people would: results/default/."""
SUFFIXES = (".keras", ".tflite", ".onnx")
HASHES = "hashes.json"
NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
"""What a shipped model may be called."""

PACKAGE_WEIGHTS = Path(__file__).parents[1] / "weights"
_DEFAULT_FORMAT = "int8"


def find_model(model: ModelLike, *, trainable: bool = False) -> Path:
    """The file that is meant.

    What exists as a path goes before a shipped name.

    Args:
        model: a file, a run folder (its best epoch), or a shipped name; without a format
            (`mobile-s`) its int8 file is meant.
        trainable: the `.keras` file is wanted, which has gradients and can be converted.

    Raises:
        InputError: if there is none (names those that are shipped), or it is of another kind.
    """
    text = os.fspath(model)
    path = Path(text)
    found = _find_path(path) or _find_shipped(text, trainable)
    if found is None:
        if path.is_dir():
            raise InputError(
                f"{path}: a folder without best.keras; name a model file or a run folder that has "
                "ended an epoch"
            )
        known = ", ".join(shipped_names()) or "none"
        raise InputError(f"{text}: no such file, run or shipped model (shipped: {known})")
    if found.suffix not in SUFFIXES:
        raise InputError(
            f"{found}: not a model; take a .keras, .tflite or .onnx file, a run folder or a "
            "shipped name"
        )
    if trainable and found.suffix != ".keras":
        raise InputError(
            f"{found}: has no gradients and can't be converted; name the run or the .keras file "
            "that it was made from"
        )
    return found


def weights_folders() -> list[Path]:
    """Where shipped weights lie: in the package, and the user's own, made by `ship`."""
    return [PACKAGE_WEIGHTS, user_weights()]


def user_weights() -> Path:
    """The folder of the user's own weights; `FER_KERAS_WEIGHTS` names another."""
    chosen = os.environ.get("FER_KERAS_WEIGHTS")
    if chosen:
        return Path(chosen)
    import platformdirs

    return platformdirs.user_data_path("fer-keras") / "weights"


def shipped_names(suffix: str = ".tflite") -> list[str]:
    """Names of the shipped files of one kind, without the suffix, sorted."""
    return sorted({path.stem for path in _shipped_files() if path.suffix == suffix})


def _find_path(path: Path) -> Path | None:
    if path.is_dir():
        best = path / "best.keras"
        return best if best.is_file() else None
    return path if path.is_file() else None


def _find_shipped(name: str, trainable: bool) -> Path | None:
    if trainable:
        wanted = [name, f"{name}.keras", f"{name}.tflite"]  # the last to say what is wrong with it
    else:
        wanted = [name, f"{name}.tflite", f"{name}-{_DEFAULT_FORMAT}.tflite"]
    files = {path.name: path for path in _shipped_files()}
    for candidate in wanted:
        if candidate in files:
            return _checked(files[candidate])
    return None


def _shipped_files() -> Iterator[Path]:
    for folder in weights_folders():
        for path in sorted(folder.glob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def _checked(path: Path) -> Path:
    """The path, if the file is the one that was shipped."""
    try:
        wanted = read_json(path.parent / HASHES).get(path.name)
    except AttributeError as error:
        raise InputError(
            f"{path.parent / HASHES}: not a list of hashes; install fer-keras or ship again"
        ) from error
    if hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        raise InputError(f"{path}: not the file that was shipped; install fer-keras or ship again")
    return path
