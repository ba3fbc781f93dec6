"""A training's place in a process that others use: a notebook's own models and random numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np


@contextmanager
def own_session() -> Iterator[None]:
    """Inside, Keras begins anew: what earlier models left does not add up over many trainings.

    `keras.backend.clear_session` also forgets what the user has set, the precision and whether
    Keras talks, and a training seeds the generators of Python and NumPy: all of that is afterwards
    as it was before.
    """
    precision = keras.config.dtype_policy()
    talks = keras.config.is_interactive_logging_enabled()
    drawn, drawn_by_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    keras.backend.clear_session()
    try:
        if not talks:
            keras.config.disable_interactive_logging()
        yield
    finally:
        keras.config.set_dtype_policy(precision)
        random.setstate(drawn)
        np.random.set_state(drawn_by_numpy)  # noqa: NPY002
