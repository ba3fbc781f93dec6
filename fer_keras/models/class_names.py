"""What a class may be called, and the names inside a model file.

`.keras` and `.tflite` files are (or end in) a zip archive, so both hold a member `labels.txt`, one
label a line, in the order of the model's outputs. TFLite calls this an associated file; Keras
ignores members that it does not know.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path

from fer_keras.errors import InputError

LABELS_MEMBER = "labels.txt"
LARGEST_LABELS = 1 << 20
"""Bytes that are unpacked of it."""

LONGEST = 200
"""Letters of a name: a folder's may have 255 bytes."""

MOST = 10_000
"""Classes: no data set of faces has a hundredth."""


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
    if len(names) > MOST:
        return f"{len(names):,} classes; at most {MOST:,} are told apart"
    seen: set[str] = set()
    for name in names:
        if len(name) > LONGEST:
            return f"a class name of {len(name):,} letters; at most {LONGEST} have room"
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name):
            return (
                f"the class name {name!a} holds a line break, a control character or bytes "
                "that are no letter"
            )
        if name in seen:
            return f"two classes are called {name!r}"
        seen.add(name)
    return None


def read_labels(path: Path) -> tuple[str, ...]:
    """The labels inside a `.keras`, `.tflite` or `.onnx` file.

    Raises:
        InputError: if the file is missing, or holds no labels.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix == ".onnx":
        from fer_keras.models.onnx_file import read_onnx_labels

        return read_onnx_labels(path)
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
