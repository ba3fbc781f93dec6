"""A run folder: all that is needed to understand a training, to repeat it and to resume it.

config.json    recipe, seed, data and its fingerprint, versions, git commit
history.csv    a row for each epoch
best.keras     the model of the epoch with the best validation accuracy, with its labels
last.npz       the state after the last whole epoch, for resuming
model.txt      the layers
metrics.json, curves.png, confusion.png    written by the evaluation
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from fer_keras import files
from fer_keras.errors import InputError
from fer_keras.json_file import read_json
from fer_keras.runs.run_config import check_run_config

HISTORY_COLUMNS = (
    "epoch",
    "loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
    "learning_rate",
    "seconds",
)


@dataclass(frozen=True)
class RunFolder:
    """The files of one run."""

    path: Path

    @property
    def config_file(self) -> Path:
        """Recipe, seed, data, versions."""
        return self.path / "config.json"

    @property
    def history_file(self) -> Path:
        """A row for each epoch, `HISTORY_COLUMNS`."""
        return self.path / "history.csv"

    @property
    def best_model(self) -> Path:
        """The model that the run is judged by."""
        return self.path / "best.keras"

    @property
    def last_state(self) -> Path:
        """Weights, optimizer and running mean after the last whole epoch."""
        return self.path / "last.npz"

    def read_config(self) -> dict[str, Any]:
        """What `config.json` holds, as `check_run_config` has it.

        Raises:
            InputError: if this is no run folder, or the file is no run's.
        """
        try:
            there = self.config_file.exists()
        except OSError:  # no right to look, too long a name
            there = True
        if not there:
            raise InputError(
                f"{self.path}: not a run folder (it has no config.json); name one that "
                "`fer-keras train` made"
            )
        config = read_json(self.config_file)
        if not isinstance(config, dict):
            raise InputError(f"{self.config_file}: not a run's configuration")
        check_run_config(config, str(self.config_file))
        return config

    def write_config(self, config: dict[str, Any]) -> None:
        """Write `config.json`."""
        self.write_text("config.json", json.dumps(config, indent=2) + "\n")

    def read_history(self) -> pd.DataFrame:
        """The epochs so far, `HISTORY_COLUMNS`; no rows where none has ended.

        Raises:
            InputError: if the file is no such table of numbers.
        """
        file = self.history_file
        if not file.exists():
            return pd.DataFrame(columns=list(HISTORY_COLUMNS))
        files.check_input_file(file)
        try:
            history = pd.read_csv(file)
        except (OSError, ValueError, OverflowError) as error:  # of pandas' parser, of its decoder
            raise InputError(f"{file}: not a table ({files.reason(error)})") from error
        for column in HISTORY_COLUMNS:
            if column not in history:
                raise InputError(f"{file}: has no column {column}; put the run's own file back")
            if len(history) and history[column].dtype.kind not in "iuf":
                raise InputError(
                    f"{file}: {column} holds more than numbers; put the run's own back"
                )
        return history

    def write_history(self, history: pd.DataFrame) -> None:
        """Write `history.csv`."""
        self.write_text("history.csv", history.to_csv(index=False))

    def write_text(self, name: str, text: str) -> None:
        """Write a file of the folder whole or not at all."""
        files.write_text(self.path / name, text)


def new_run_folder(out: Path | None, arch: str, parent: Path = Path("runs")) -> RunFolder:
    """Make a folder for a new run; never one that is there already.

    Args:
        out: the folder to make, or None for the next free `runs/<arch>-<number>`.
        arch: name of the architecture.
        parent: where numbered folders go.

    Raises:
        InputError: if `out` is there and not empty.
    """
    if out is not None:
        check_new_folder(out)
        out.mkdir(parents=True, exist_ok=True)
        return RunFolder(out)
    parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = parent / f"{arch}-{number}"
        try:
            path.mkdir()  # fails where another run has just taken the number
        except FileExistsError:
            number += 1
        else:
            return RunFolder(path)


def check_new_folder(out: Path) -> None:
    """Make sure that a new run can have this folder.

    Raises:
        InputError: if it is there and not empty.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            f"out {out}: already there; choose another folder, or go on with `resume` {out}",
            argument="out",
        )
