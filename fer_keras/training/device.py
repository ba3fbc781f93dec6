"""Where a training runs: device, precision, and its place in a process that others use, too."""

from __future__ import annotations

import contextlib
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from fer_keras.errors import InputError

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
CHOICE = re.compile(r"cpu|gpu(:\d+)?")


@dataclass(frozen=True)
class Device:
    """Where a training runs.

    Attributes:
        description: for people and `config.json`.
        precision: one of `PRECISIONS`.
        placement: gives a context that puts what is built on the device; a new one each time, since
            several trainings of one process share the device.
        holds_faces: whether faces lie on the device and are changed there. TensorFlow on a CPU
            changes them beside the training instead, in `tf.data`.
    """

    description: str
    precision: str = "float32"
    placement: Callable[[], AbstractContextManager[Any]] = contextlib.nullcontext
    holds_faces: bool = False

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """Build, compile and fit a model inside: it is on the device and has the precision.

        Keras' precision is that of the whole process; it is put back afterwards.
        `keras.backend.clear_session` would reset it: never call that inside.
        """
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.precision)
        try:
            with self.placement():
                yield
        finally:
            keras.config.set_dtype_policy(before)


@contextlib.contextmanager
def own_session() -> Iterator[None]:
    """Inside, Keras begins anew: what earlier models left does not add up over many trainings.

    `keras.backend.clear_session` also forgets what the user has set, the precision and whether
    Keras talks, and a training seeds the generators of Python and NumPy: all of that is afterwards
    as it was before, and so is the type of numbers that Keras takes where none is named.
    """
    precision, numbers = keras.config.dtype_policy(), keras.config.floatx()
    talks = keras.config.is_interactive_logging_enabled()
    drawn, drawn_by_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    keras.backend.clear_session()
    keras.config.set_floatx("float32")  # what faces are changed in
    try:
        if not talks:
            keras.config.disable_interactive_logging()
        yield
    finally:
        keras.config.set_floatx(numbers)
        keras.config.set_dtype_policy(precision)
        random.setstate(drawn)
        np.random.set_state(drawn_by_numpy)  # noqa: NPY002


def prepare_device(precision: str = "float32", choice: str | None = None) -> Device:
    """Let GPU memory grow, and take what the machine has.

    Args:
        precision: one of `PRECISIONS`, for what is built in the device's scope.
        choice: `cpu`, `gpu` (all of them), `gpu:1` (that one), or None for the GPUs where there
            are any.

    Raises:
        InputError: if the precision is unknown, or there is no such device.
    """
    if precision not in PRECISIONS:
        raise InputError(
            f"precision {precision}: take one of {', '.join(PRECISIONS)}", argument="precision"
        )
    if choice is not None and not CHOICE.fullmatch(choice):
        raise InputError(f"device {choice}: take cpu, gpu or one as gpu:0", argument="device")
    if keras.backend.backend() == "tensorflow":
        return _tensorflow_device(precision, choice)
    return _other_device(precision, choice)


def _tensorflow_device(precision: str, choice: str | None) -> Device:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        # A process that has already used the GPU can't change this any more.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)
    names = [
        tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus
    ]
    if choice == "cpu" or (choice is None and not gpus):
        if not gpus:
            return Device(_cpu(), precision)
        return Device(_cpu(), precision, tf.distribute.OneDeviceStrategy("/cpu:0").scope)
    _check_gpu(choice, len(gpus))
    if choice not in (None, "gpu"):
        one = tf.distribute.OneDeviceStrategy(f"/{choice}").scope
        return Device(f"GPU ({names[_number(choice)]})", precision, one, holds_faces=True)
    if len(gpus) > 1:
        mirrored = tf.distribute.MirroredStrategy()
        return Device(f"{len(gpus)} GPUs ({', '.join(names)})", precision, mirrored.scope)
    return Device(f"GPU ({names[0]})", precision, holds_faces=True)


def _other_device(precision: str, choice: str | None) -> Device:
    """JAX and PyTorch take one device; `keras.device` says which."""
    backend = keras.backend.backend()
    if choice is None:
        return Device(f"{backend} backend", precision, holds_faces=True)
    if choice == "cpu":
        # PyTorch moves what lies on "cpu" to "cpu:0", and a parameter that was moved is none.
        cpu = "cpu" if backend == "torch" else "cpu:0"
        name = f"{backend} backend, {_cpu()}"
        return Device(name, precision, lambda: keras.device(cpu), holds_faces=True)
    _check_gpu(choice, len(keras.distribution.list_devices("gpu")))
    number = _number(choice)
    name = f"{backend} backend, GPU {number}"
    return Device(name, precision, lambda: keras.device(f"gpu:{number}"), holds_faces=True)


def _check_gpu(choice: str | None, count: int) -> None:
    number = _number(choice)
    if number >= count:
        raise InputError(
            f"device {choice}: this machine has {count or 'no'} GPU{'s' * (count > 1)} that "
            f"{keras.backend.backend()} can use",
            argument="device",
        )


def _number(choice: str | None) -> int:
    return int((choice or "").partition(":")[2] or 0)


def _cpu() -> str:
    cores = usable_cores()
    return f"CPU ({cores} core{'s' * (cores != 1)})"


def usable_cores() -> int:
    """Cores that this process may run on: a container or `taskset` may have left it fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
