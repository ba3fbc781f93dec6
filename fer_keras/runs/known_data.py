"""The data that a trained model knows: what its run was trained on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fer_keras.data.face_data import DataOrigin, FaceData
from fer_keras.data.source import open_again
from fer_keras.errors import InputError
from fer_keras.runs.run_folder import RunFolder


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
