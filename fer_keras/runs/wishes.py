"""What a training can be refused for before its data is read and Keras is loaded."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.models import ModelLike, find_model
from fer_keras.runs.run_folder import MOST_SEED, check_new_folder


def check_wishes(
    *,
    seed: int = 0,
    out: str | Path | None = None,
    teacher: ModelLike | None = None,
    start_from: ModelLike | None = None,
    patience: int | None = None,
    tensorboard: bool = False,
) -> None:
    """Refuse what does not depend on the data. Arguments as for `train`.

    Raises:
        InputError: naming the argument.
    """
    if not 0 <= seed <= MOST_SEED:
        raise InputError(f"seed {seed}: take 0 to {MOST_SEED}", argument="seed")
    if out is not None:
        check_new_folder(Path(out))
    for model in (teacher, start_from):
        if model is not None:
            find_model(model, trainable=True)
    if patience is not None and patience < 1:
        raise InputError(f"patience {patience}: take 1 or more", argument="patience")
    if tensorboard and importlib.util.find_spec("tensorboard") is None:
        raise InputError(
            "tensorboard: it is not installed; pip install 'fer-keras[tensorboard]'",
            argument="tensorboard",
        )
