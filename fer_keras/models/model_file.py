"""Which file is meant by a model (a shipped name, a run, a file itself), and the labels in it.

`.keras` and `.tflite` files are (or end in) a zip archive, so both hold a member `labels.txt`, one
label a line, in the order of the model's outputs. TFLite calls this an associated file; Keras
ignores members that it does not know.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.files import read_json
from fer_keras.models.onnx_check import read_onnx_labels

ModelLike = str | os.PathLike[str]
"""A shipped name, a path, or an object that has one: a `Run`, a `Classifier`."""

DEFAULT_MODEL = "mobile-s-plus"
"""Named on pictures of people as most of ten people would: results/default/."""
SUFFIXES = (".keras", ".tflite", ".onnx")
HASHES = "hashes.json"
NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
"""What a shipped model may be called."""

LABELS_MEMBER = "labels.txt"
LARGEST_LABELS = 1 << 20
"""Bytes that are unpacked of it."""

LONGEST_NAME = 200
"""Letters of a name: a folder's may have 255 bytes."""

MOST_CLASSES = 10_000
"""Classes: no data set of faces has a hundredth."""

PACKAGE_WEIGHTS = Path(__file__).parents[1] / "weights"
_DETECTION = Path(__file__).resolve().parents[1] / "detection"
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


def read_labels(path: Path) -> tuple[str, ...]:
    """The labels inside a `.keras`, `.tflite` or `.onnx` file.

    Raises:
        InputError: if the file is missing, or holds no labels.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix == ".onnx":
        return checked_labels(read_onnx_labels(path), path)
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(LABELS_MEMBER).file_size > LARGEST_LABELS:
                raise InputError(f"{path}: its {LABELS_MEMBER} is too large to be labels")
            text = archive.read(LABELS_MEMBER).decode("utf-8")
    except InputError:
        raise
    except Exception as error:  # zipfile and zlib come upon damage in every way
        raise InputError(
            f"{path}: holds no {LABELS_MEMBER}; only models made by fer-keras say what their "
            "outputs mean"
        ) from error
    labels = tuple(line for line in text.splitlines() if line)
    if not labels:
        raise InputError(f"{path}: its {LABELS_MEMBER} is empty; export or train the model again")
    return checked_labels(labels, path)


def checked_labels(labels: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """The labels of a file, if they are names that can be told apart.

    Raises:
        InputError: if one stands there twice, is too long or no text.
    """
    problem = names_problem(labels)
    if problem:
        raise InputError(f"{path}: {problem}; export or train the model again")
    return labels


def names_problem(names: Sequence[str]) -> str | None:
    r"""What is wrong with the names of some classes, or None.

    A name stands in a line of its own in a model file, in tables and on pictures: line breaks,
    control characters and what is no letter in any encoding have no place in it.

    >>> names_problem(["happy", "sad"])
    >>> names_problem(["happy", "sad", "happy"])
    "two classes are called 'happy'"
    >>> names_problem(["hap\npy"])
    "the class name 'hap\\npy' holds a line break, a control character or bytes that are no letter"
    """
    if len(names) > MOST_CLASSES:
        return f"{len(names):,} classes; at most {MOST_CLASSES:,} are told apart"
    seen: set[str] = set()
    for name in names:
        if len(name) > LONGEST_NAME:
            return f"a class name of {len(name):,} letters; at most {LONGEST_NAME} have room"
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name):
            return (
                f"the class name {name!a} holds a line break, a control character or bytes "
                "that are no letter"
            )
        if name in seen:
            return f"two classes are called {name!r}"
        seen.add(name)
    return None


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


def is_ours(path: Path) -> bool:
    """Whether a file is a detector's, or one of the package's weights, byte for byte.

    The hashes beside a user's own weights prove nothing of where these come from.
    """
    path = path.resolve()
    if _DETECTION in path.parents:
        return True
    if path.parent != PACKAGE_WEIGHTS.resolve():
        return False
    try:
        return _checked(path) == path
    except InputError:
        return False


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
