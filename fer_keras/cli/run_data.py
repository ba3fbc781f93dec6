"""The data that goes with models already trained: what the user names, or else the run's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.cli.data_options import (
    DEFAULT_DATA,
    DEFAULT_FERPLUS_MODE,
    DEFAULT_LABELS,
    open_faces,
)
from fer_keras.cli.lists import words
from fer_keras.cli.printing import say

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData


def open_for(
    models: Sequence[str],
    spec: str | None,
    *,
    labels: str | None = None,
    ferplus: Path | None = None,
    ferplus_mode: str | None = None,
    sizes: str | None = None,
    class_order: str | None = None,
) -> FaceData:
    """Open the data to use with `models`: what is named, or else that of the first run.

    Args:
        models: run folders, model files or shipped names, at least one.
        spec: what the user named; where it is None, the data of the first model's run is taken,
            opened as it was for the run, but for what is given here.
        labels, ferplus, ferplus_mode, sizes, class_order: as in `open_faces`; None: the run's, or
            where data is named the usual ones.

    Raises:
        InputError: if no data is named and none of the models lies in a run folder.
    """
    if spec is not None or sizes is not None:
        spec = spec or DEFAULT_DATA
        labels, ferplus_mode = labels or DEFAULT_LABELS, ferplus_mode or DEFAULT_FERPLUS_MODE
        return open_faces(spec, labels, ferplus, ferplus_mode, sizes, say, class_order)
    from fer_keras.runs.run_folder import known_data

    if labels is not None:
        ferplus_mode = ferplus_mode or DEFAULT_FERPLUS_MODE
    asked: dict[str, Any] = {
        "labels": labels,
        "ferplus": ferplus,
        "ferplus_mode": ferplus_mode,
        "class_order": None if class_order is None else tuple(words(class_order)),
    }
    changes = {name: value for name, value in asked.items() if value is not None}
    runs = [Path(model) for model in models if _run_config(Path(model)).is_file()]
    return known_data((runs or [Path(models[0])])[0], report=say, **changes)


def _run_config(model: Path) -> Path:
    return (model if model.is_dir() else model.parent) / "config.json"
