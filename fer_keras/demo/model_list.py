"""What the page is told of the models: read from the files themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fer_keras.models.keras_file import read_labels
from fer_keras.models.model_file import DEFAULT_MODEL

_FORMAT = "int8"
"""Of the default model: the smaller and quicker one."""


def list_models(files: Sequence[Path]) -> dict[str, Any]:
    """What the page shows of each model, as plain JSON values.

    Args:
        files: `.tflite` files that fer-keras made.

    Returns:
        `default`: the name that is chosen at first; `models`: for each file its name, its size in
        bytes, its labels, and for other languages ("de") what they are called there.

    Raises:
        InputError: if a file holds no labels.

    Example:
        >>> from pathlib import Path
        >>> list_models([])
        {'default': None, 'models': []}
    """
    names = [path.stem for path in files]
    wanted = (DEFAULT_MODEL, f"{DEFAULT_MODEL}-{_FORMAT}", *names)
    return {
        "default": next((name for name in wanted if name in names), None),
        "models": [
            {
                "name": path.stem,
                "file": path.name,
                "bytes": path.stat().st_size,
                "labels": list(read_labels(path)),
                "translations": _translations(path),
            }
            for path in files
        ],
    }


def _translations(path: Path) -> dict[str, list[str]]:
    """The members `labels-de.txt`, ... of a file, by language."""
    with zipfile.ZipFile(path) as archive:
        return {
            name.removeprefix("labels-").removesuffix(".txt"): archive.read(name)
            .decode("utf-8")
            .splitlines()
            for name in archive.namelist()
            if name.startswith("labels-") and name.endswith(".txt")
        }
