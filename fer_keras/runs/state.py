"""The state after an epoch, in one file, so that a kill leaves either the old one or the new one.

Arrays alone, no Keras file: Keras restores an optimizer without its exclusions from weight decay.
The recipe builds model and optimizer again, and the arrays fill them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from fer_keras.errors import InputError
from fer_keras.files import check_input_file, is_bomb, whole_file
from fer_keras.training.weight_average import WeightAverage


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
    """Write the compiled model's weights, its optimizer's, the running mean's and the progress."""
    arrays = {
        f"{group}_{index:03d}": keras.ops.convert_to_numpy(variable)
        for group, variables in _variables(model, average).items()
        for index, variable in enumerate(variables)
    }
    with whole_file(path) as temporary:
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
    check_input_file(path)
    try:
        with np.load(path) as arrays:
            if is_bomb(arrays.zip):
                raise ValueError("it unpacks to far more than a state")
            yield arrays
    # zipfile, zlib and NumPy come upon damage of every kind in every way
    except (Exception, MemoryError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(f"{path}: {problem} ({reason}); train anew") from error


def _variables(
    model: keras.Model, average: WeightAverage | None
) -> dict[str, list[keras.Variable]]:
    return {
        "weight": model.weights,
        "optimizer": model.optimizer.variables,
        "average": average.average if average else [],
    }
