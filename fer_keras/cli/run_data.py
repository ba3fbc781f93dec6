"""The data that goes with models already trained: what the user names, or else the run's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from fer_keras.cli.data_options import (
    DEFAULT_DATA,
    DEFAULT_FERPLUS_MODE,
    DEFAULT_LABELS,
    DataChoice,
)
from fer_keras.errors import InputError


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


def display_names(models: Sequence[Path]) -> list[str]:
    """Short names by which to tell models apart: the last part of each path that does."""
    for parts in range(1, max(len(path.parts) for path in models) + 1):
        names = ["/".join(path.parts[-parts:]) for path in models]
        if len(set(names)) == len(names):
            return names
    return [str(path) for path in models]
