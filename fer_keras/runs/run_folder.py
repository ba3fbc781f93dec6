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
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from fer_keras import files
from fer_keras.errors import InputError
from fer_keras.files import read_json
from fer_keras.lock_file import locked
from fer_keras.training.recipe import recipe_from_json

MOST_SEED = 2**32 - 1
"""The largest seed that NumPy takes."""


def check_run_config(config: Mapping[str, Any], source: str) -> None:
    """Refuse a configuration that no training of ours has written.

    Args:
        config: what config.json holds.
        source: the file's name, for messages.

    Raises:
        InputError: naming the key that is missing or of the wrong kind.
    """
    for key, (fits, wanted) in {**_REQUIRED, **_OPTIONAL}.items():
        if key not in config:
            if key in _REQUIRED:
                raise InputError(f"{source}: has no {key}; put the run's own config.json back")
        elif not fits(config[key]):
            shown = repr(config[key])[:80]
            raise InputError(f"{source}: {key} is {shown}; it must be {wanted}")
    recipe_from_json(config["recipe"], f"{source}: recipe")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _or_null(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _is_object(of: Callable[[Any], bool] = lambda value: True) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(of, value.values()))


def _are_labels(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(map(_is_text, value))
        and len(set(value)) == len(value)
    )


_Check = tuple[Callable[[Any], bool], str]
_TEXT_OR_NULL: _Check = (_or_null(_is_text), "a text or null")

_REQUIRED: dict[str, _Check] = {
    "recipe": (_is_object(), "an object in braces"),
    "seed": (lambda value: _is_whole(value) and 0 <= value <= MOST_SEED, "a whole number from 0"),
    "precision": (_is_text, "a name in quotes"),
    "labels": (_are_labels, "a list of different names"),
    "fingerprint": (_is_text, "a text"),
    "faces": (_is_object(_is_whole), "an object of whole numbers"),
}
_OPTIONAL: dict[str, _Check] = {
    "data": (_or_null(_is_object()), "an object in braces or null"),
    "parts": (_is_object(_is_text), "an object of texts"),
    "versions": (_is_object(_is_text), "an object of texts"),
    "device": (_is_text, "a text"),
    "patience": (
        _or_null(lambda value: _is_whole(value) and value >= 1),
        "a whole number from 1 or null",
    ),
    "tensorboard": (lambda value: isinstance(value, bool), "true or false"),
    "extended": (lambda value: isinstance(value, list), "a list"),
    **dict.fromkeys(
        ("teacher", "teacher_sha256", "start", "start_sha256", "device_choice", "git_commit"),
        _TEXT_OR_NULL,
    ),
}


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


LOCK = ".lock"


@contextmanager
def only_one_in(folder: Path) -> Iterator[None]:
    """Inside, no other process and no other thread trains in this folder.

    The operating system takes the lock away when its process dies, however it does.

    Raises:
        InputError: if another is there already, or the lock can't be made.
    """
    with locked(folder / LOCK, wait=False) as ours:
        if not ours:
            raise InputError(f"{folder}: another process trains in this run folder")
        yield


def claim(folder: Path) -> AbstractContextManager[bool]:
    """Inside, no other process that asks for the same claim gets it; it waits for nobody.

    The lock lies beside the folder, which need not be there yet: `.NAME.lock`.

    Args:
        folder: of a training that several processes may want to begin, or to go on with.

    Returns:
        A context of whether it is ours: False where another process has it.
    """
    return locked(folder.parent / f".{folder.name}{LOCK}", wait=False)
