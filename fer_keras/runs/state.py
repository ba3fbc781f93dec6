"""The state after an epoch, in one file, so that a kill leaves either the old one or the new one.

Arrays alone, no Keras file: Keras restores an optimizer without its exclusions from weight decay.
The recipe builds model and optimizer again, and the arrays fill them.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from fer_keras.errors import InputError
from fer_keras.files import whole_file
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
    try:
        with np.load(path) as arrays:
            for group, variables in _variables(model, average).items():
                for index, variable in enumerate(variables):
                    variable.assign(arrays[f"{group}_{index:03d}"])
            if average:
                average.steps = int(arrays["averaged_steps"])
            return Progress(int(arrays["epochs"]), float(arrays["best_accuracy"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: can't resume from it ({reason}); train anew") from error


def read_progress(path: Path) -> Progress:
    """How far the run with this state has come.

    Raises:
        InputError: if the file can't be read.
    """
    try:
        with np.load(path) as arrays:
            return Progress(int(arrays["epochs"]), float(arrays["best_accuracy"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not a run's state ({reason}); train anew") from error


def _variables(
    model: keras.Model, average: WeightAverage | None
) -> dict[str, list[keras.Variable]]:
    return {
        "weight": model.weights,
        "optimizer": model.optimizer.variables,
        "average": average.average if average else [],
    }
