"""A run folder: all that is needed to understand a training, to repeat it and to resume it.

config.json    recipe, seed, data and its fingerprint, versions, git commit
history.csv    a row for each epoch
best.keras     the model of the epoch with the best validation accuracy, with its labels
last.npz       the state after the last whole epoch, for resuming
model.txt      the layers
metrics.json, curves.png, confusion.png    written by the evaluation
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fer_keras import files
from fer_keras.data.face_data import DataOrigin, FaceData
from fer_keras.data.source import open_again
from fer_keras.errors import InputError
from fer_keras.lock_file import locked
from fer_keras.models import ModelLike, find_model
from fer_keras.runs.config import MOST_SEED, check_run_config

if TYPE_CHECKING:
    import keras

    from fer_keras.training.weight_average import WeightAverage

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
        config = files.read_json(self.config_file)
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
            "out",
        )


def check_new_run(
    *,
    seed: int = 0,
    out: str | Path | None = None,
    teacher: ModelLike | None = None,
    start_from: ModelLike | None = None,
    patience: int | None = None,
    tensorboard: bool = False,
) -> None:
    """Refuse what no run can have before data is read and Keras is loaded; arguments of `train`.

    Raises:
        InputError: naming the argument.
    """
    if not 0 <= seed <= MOST_SEED:
        raise InputError(f"seed {seed}: take 0 to {MOST_SEED}", "seed")
    if out is not None:
        check_new_folder(Path(out))
    for model in (teacher, start_from):
        if model is not None:
            find_model(model, trainable=True)
    if patience is not None and patience < 1:
        raise InputError(f"patience {patience}: take 1 or more", "patience")
    if tensorboard and importlib.util.find_spec("tensorboard") is None:
        raise InputError(
            "tensorboard: it is not installed; pip install 'fer-keras[tensorboard]'",
            "tensorboard",
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


@dataclass(frozen=True)
class Progress:
    """How far a training has come.

    Attributes:
        epochs: whole epochs trained.
        best_accuracy: the best validation accuracy so far, as a fraction; -1 before the first.
    """

    epochs: int = 0
    best_accuracy: float = -1.0


def save_state(
    path: Path, model: keras.Model, progress: Progress, average: WeightAverage | None
) -> None:
    """Write the state after an epoch: weights, the optimizer's, the running mean's, the progress.

    Arrays alone, no Keras file: Keras restores an optimizer without its exclusions from weight
    decay. The recipe builds model and optimizer again, and the arrays fill them. They lie in one
    file, so that a kill leaves either the old state or the new one.
    """
    import keras

    arrays = {
        f"{group}_{index:03d}": keras.ops.convert_to_numpy(variable)
        for group, variables in _variables(model, average).items()
        for index, variable in enumerate(variables)
    }
    with files.whole_file(path) as temporary:
        np.savez(
            temporary,
            epochs=progress.epochs,
            best_accuracy=progress.best_accuracy,
            averaged_steps=average.steps if average else 0,
            **arrays,
        )


def load_state(path: Path, model: keras.Model, average: WeightAverage | None) -> Progress:
    """Fill a model, compiled by the same recipe, with what `save_state` wrote.

    Raises:
        InputError: if the file can't be read, or is another model's.
    """
    with _open(path, "can't resume from it") as arrays:
        for group, variables in _variables(model, average).items():
            for index, variable in enumerate(variables):
                variable.assign(arrays[f"{group}_{index:03d}"])
        if average:
            average.steps = int(arrays["averaged_steps"])
        return _progress(arrays)


def read_progress(path: Path) -> Progress:
    """How far the run with this state has come.

    Raises:
        InputError: if the file can't be read.
    """
    with _open(path, "not a run's state") as arrays:
        return _progress(arrays)


def _progress(arrays: Any) -> Progress:
    progress = Progress(int(arrays["epochs"]), float(arrays["best_accuracy"]))
    if progress.epochs < 0 or not -1 <= progress.best_accuracy <= 1:
        raise ValueError(f"{progress} is impossible")
    return progress


@contextmanager
def _open(path: Path, problem: str) -> Iterator[Any]:
    """The arrays of a state; whatever is wrong with it is said in a line."""
    files.check_input_file(path)
    try:
        with np.load(path) as arrays:
            if files.is_bomb(arrays.zip):
                raise ValueError("it unpacks to far more than a state")
            yield arrays
    # zipfile, zlib and NumPy come upon damage of every kind in every way
    except (Exception, MemoryError) as error:
        raise InputError(f"{path}: {problem} ({files.reason(error)}); train anew") from error


def _variables(
    model: keras.Model, average: WeightAverage | None
) -> dict[str, list[keras.Variable]]:
    return {
        "weight": model.weights,
        "optimizer": model.optimizer.variables,
        "average": average.average if average else [],
    }
