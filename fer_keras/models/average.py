"""Several models as one: the mean of their probabilities, kept as a `.keras` file like any other.

Networks of equal strength from different seeds err differently, and their mean knows more than
each: it makes a better teacher. Too large for a phone, it is a model everywhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model, save_model
from fer_keras.models.model_file import ModelLike, find_model

MEMBERS = "members.json"


def average_models(models: Sequence[ModelLike], out: str | Path) -> Path:
    """Write a `.keras` file whose answers are the mean of some models' answers.

    Args:
        models: two or more runs, shipped names or `.keras` files, of the same labels.
        out: ends in `.keras`; it keeps the names and hashes of its members.

    Returns:
        `out`.

    Raises:
        InputError: if there is one alone, their labels differ, or `out` ends otherwise.

    Examples:
        >>> import fer_keras as fk
        >>> runs = ["runs/teacher-0", "runs/teacher-1"]
        >>> fk.average_models(runs, "teachers.keras")  # doctest: +SKIP
        PosixPath('teachers.keras')
    """
    import keras

    path = Path(out)
    if path.suffix != ".keras":
        raise InputError(f"out {path}: give a name that ends in .keras", argument="out")
    if len(models) < 2:
        raise InputError("models: an average takes two or more", argument="models")
    files = [find_model(model, trainable=True) for model in models]
    loaded = [load_model(file) for file in files]
    labels = loaded[0][1]
    for file, (_, others) in zip(files, loaded, strict=True):
        if others != labels:
            raise InputError(
                f"{file}: its labels are {', '.join(others)}; those of {files[0]} are "
                f"{', '.join(labels)}",
                argument="models",
            )
    # In float32, whatever a notebook computes in.
    faces = keras.Input(loaded[0][0].input_shape[1:], dtype="float32", name="faces")
    answers = []
    for number, (model, _) in enumerate(loaded):
        model.name = f"member{number}"
        answers.append(model(faces))
    mean = keras.layers.Average(dtype="float32", name="mean")(answers)
    average = keras.Model(faces, mean, name="average")
    average.trainable = False
    save_model(average, labels, path)
    members = [
        {"name": os.fspath(model), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for model, file in zip(models, files, strict=True)
    ]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(MEMBERS, json.dumps(members))
    return path


def read_members(path: Path) -> list[dict[str, Any]]:
    """Name and sha256 of each model in an average; none where a file is something else."""
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(MEMBERS))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return []
