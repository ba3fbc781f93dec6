"""The device that a training runs on."""

from __future__ import annotations

import contextlib
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass

import keras

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")


@dataclass(frozen=True)
class Device:
    """Where a training runs.

    Attributes:
        description: for people and `config.json`.
        scope: context in which the model must be built and compiled.
    """

    description: str
    scope: AbstractContextManager[object]


def prepare_device(precision: str = "float32") -> Device:
    """Set the precision, let GPU memory grow, and take every GPU of the machine.

    Args:
        precision: one of `PRECISIONS`.
    """
    keras.mixed_precision.set_global_policy(precision)
    if keras.backend.backend() != "tensorflow":
        return Device(f"{keras.backend.backend()} backend", contextlib.nullcontext())

    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        # A process that has already used the GPU can't change this any more.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)
    names = [
        tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus
    ]
    if len(gpus) > 1:
        strategy = tf.distribute.MirroredStrategy()
        return Device(f"{len(gpus)} GPUs ({', '.join(names)})", strategy.scope())
    if gpus:
        return Device(f"GPU ({names[0]})", contextlib.nullcontext())
    cores = _usable_cores()
    return Device(f"CPU ({cores} core{'s' * (cores != 1)})", contextlib.nullcontext())


def _usable_cores() -> int:
    """Cores that this process may run on: a container or `taskset` may have left it fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
