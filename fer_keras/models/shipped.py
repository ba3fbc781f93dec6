"""The weights that travel in the package, and what `--model` means.

Each file's SHA-256 stands in `weights/hashes.json` and is checked before the file is used.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fer_keras.errors import InputError

if TYPE_CHECKING:
    import keras

DEFAULT_MODEL = "mobile-s"
HASHES = "hashes.json"
NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
"""What a shipped model may be called."""

_FOLDER = Path(__file__).parents[1] / "weights"
_DEFAULT_FORMAT = "int8"


class Shipped(NamedTuple):
    """A trained model.

    Attributes:
        model: from float32 (n, 48, 48, 1), grey values 0 to 255, to probabilities (n, classes).
        labels: what the classes are called.
    """

    model: keras.Model
    labels: tuple[str, ...]


def load(name: str = DEFAULT_MODEL) -> Shipped:
    """A trained model from the package; nothing is downloaded.

    Args:
        name: `mobile-s` or `mobile-m`.

    Raises:
        InputError: if there is none of that name, or its file is damaged.
    """
    names = sorted(path.stem for path in _FOLDER.glob("*.keras"))
    if name not in names:
        raise InputError(f"{name}: no such shipped model; there are: {', '.join(names) or 'none'}")
    path = _checked(_FOLDER / f"{name}.keras")

    from fer_keras.models.keras_file import load_model

    return Shipped(*load_model(path))


def shipped_names() -> list[str]:
    """Names of the shipped `.tflite` files, without the suffix, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.tflite"))


def shipped_tflite(name: str) -> Path:
    """The shipped file called `name`.

    Args:
        name: such as `mobile-s-int8`; without a format (`mobile-s`) the int8 file is meant.

    Raises:
        InputError: if no such file is shipped (names those that are), or it is damaged.
    """
    names = shipped_names()
    for candidate in (name, f"{name}-{_DEFAULT_FORMAT}"):
        if candidate in names:
            return _checked(_FOLDER / f"{candidate}.tflite")
    known = ", ".join(names) or "none"
    raise InputError(
        f"model {name}: no such file, and no such shipped model (shipped: {known}); give the "
        "path of a .tflite file that `fer-keras export` made",
        argument="model",
    )


def find_tflite(model: str) -> Path:
    """The file that `--model` means: a path, or the name of a shipped one.

    Raises:
        InputError: if it is neither, or a file that needs exporting first.
    """
    path = Path(model)
    if path.is_dir() or path.suffix == ".keras":
        raise InputError(
            f"model {model}: only .tflite files are run here; make one with "
            f"`fer-keras export {model}`",
            argument="model",
        )
    if path.is_file():
        return path
    if path.suffix == ".tflite":
        raise InputError(f"model {model}: no such file", argument="model")
    return shipped_tflite(model)


def _checked(path: Path) -> Path:
    """The path, if the file is the one that was shipped."""
    try:
        wanted = json.loads((path.parent / HASHES).read_text(encoding="utf-8")).get(path.name)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path.parent / HASHES}: not readable ({error}); install fer-keras again"
        ) from error
    if hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        raise InputError(f"{path}: not the file that was shipped; install fer-keras again")
    return path
