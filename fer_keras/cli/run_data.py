"""The data that goes with models already trained: what the user names, or else the run's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fer_keras.cli.data_options import (
    DEFAULT_DATA,
    DEFAULT_FERPLUS_MODE,
    DEFAULT_LABELS,
    DataChoice,
)
from fer_keras.cli.printing import say
from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData


def choose_data(
    models: Sequence[Path],
    spec: str | None,
    *,
    labels: str = DEFAULT_LABELS,
    ferplus: Path | None = None,
    ferplus_mode: str = DEFAULT_FERPLUS_MODE,
    sizes: str | None = None,
) -> DataChoice:
    """The data to use with `models`.

    Args:
        models: run folders or model files, at least one.
        spec: `--data`; where it is None, the data of the first model's run is taken, with
            `ferplus` added where it is given.
        labels, ferplus, ferplus_mode, sizes: as in `DataChoice`.

    Raises:
        InputError: if no data is named and the first model lies in no run folder.
    """
    if spec is not None or sizes is not None:
        return DataChoice(spec or DEFAULT_DATA, labels, ferplus, ferplus_mode, sizes)
    from fer_keras.runs.run_folder import RunFolder

    first = models[0]
    run = RunFolder(first if first.is_dir() else first.parent)
    if not run.config_file.is_file():
        raise InputError(
            f"{first}: lies in no run folder that says what data it knows; give --data"
        )
    own = DataChoice.from_json(run.read_config()["data"])
    changes: dict[str, object] = {}
    if labels != DEFAULT_LABELS:
        changes = {"labels": labels, "ferplus_mode": ferplus_mode}
    if ferplus is not None:
        changes["ferplus"] = ferplus
    return dataclasses.replace(own, **changes)  # type: ignore[arg-type]


def open_for(
    models: Sequence[str],
    spec: str | None,
    *,
    labels: str = DEFAULT_LABELS,
    ferplus: Path | None = None,
    ferplus_mode: str = DEFAULT_FERPLUS_MODE,
    sizes: str | None = None,
) -> FaceData:
    """Open the data to use with `models`: what is named, or else that of the first run."""
    runs = [Path(model) for model in models if _run_config(Path(model)).is_file()]
    choice = choose_data(
        runs or [Path(models[0])],
        spec,
        labels=labels,
        ferplus=ferplus,
        ferplus_mode=ferplus_mode,
        sizes=sizes,
    )
    return choice.open(report=say)


def _run_config(model: Path) -> Path:
    return (model if model.is_dir() else model.parent) / "config.json"
