"""The weights that travel in the package, and what `--model` means."""

from __future__ import annotations

from pathlib import Path

from fer_keras.errors import InputError

DEFAULT_MODEL = "mobile-s"

_FOLDER = Path(__file__).with_name("weights")
_DEFAULT_FORMAT = "int8"


def shipped_names() -> list[str]:
    """Names of the shipped `.tflite` files, without the suffix, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.tflite"))


def shipped_tflite(name: str) -> Path:
    """The shipped file called `name`.

    Args:
        name: such as `mobile-s-int8`; without a format (`mobile-s`) the int8 file is meant.

    Raises:
        InputError: if no such file is shipped; names those that are.
    """
    names = shipped_names()
    for candidate in (name, f"{name}-{_DEFAULT_FORMAT}"):
        if candidate in names:
            return _FOLDER / f"{candidate}.tflite"
    known = ", ".join(names) or "none"
    raise InputError(
        f"--model {name}: no such file, and no such shipped model (shipped: {known}); give the "
        "path of a .tflite file that `fer-keras export` made"
    )


def find_tflite(model: str) -> Path:
    """The file that `--model` means: a path, or the name of a shipped one.

    Raises:
        InputError: if it is neither, or a file that needs exporting first.
    """
    path = Path(model)
    if path.is_dir() or path.suffix == ".keras":
        raise InputError(
            f"--model {model}: only .tflite files are run here; make one with "
            f"`fer-keras export {model}`"
        )
    if path.is_file():
        return path
    if path.suffix == ".tflite":
        raise InputError(f"--model {model}: no such file")
    return shipped_tflite(model)
