"""Batches for training and evaluation: `tf.data` under TensorFlow, arrays under other backends.

Faces stay uint8 where they are, in memory or in a mapped file, and are gathered a batch at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fer_keras.data.augmentation import RANDOM_NUMBERS, Augmentation, augment
from fer_keras.data.epoch_plan import EpochPlan
from fer_keras.data.mixup import mix

WORKERS = max(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
"""Batches made side by side, ahead of the training."""

Answers = Callable[[int], NDArray[np.floating]]
"""By an epoch's number: what a teacher says of its faces as they are shown, (n, classes)."""


def training_batches(
    images: NDArray[np.uint8],
    targets: NDArray[np.float32],
    *,
    batch_size: int,
    epochs: Sequence[int],
    plan: Callable[[int], EpochPlan],
    augmentation: Augmentation | None,
    mixup: float = 0.0,
    answers: Answers | None = None,
    answer_share: float = 0.0,
) -> Any:
    """Epochs one after the other, each `ceil(n / batch_size)` batches, changed at random.

    Args:
        images: uint8, (n, 48, 48, 1).
        targets: float32, (n, classes), rows sum to 1.
        batch_size: faces in a batch; an epoch's last batch may be smaller.
        epochs: their numbers, as `range(first, last)`.
        plan: order and random numbers of an epoch, from its number; see `plan_epoch`.
        augmentation: how to change the faces, or None to leave them.
        mixup: the largest share of another face laid over each, 0 to 1.
        answers: a teacher's answers by epoch, or None.
        answer_share: their share of the targets, 0 to 1.

    Returns:
        What `keras.Model.fit` takes: a `tf.data.Dataset` or a `keras.utils.PyDataset` of
        (float32 (b, 48, 48, 1) 0 to 255, float32 (b, classes)).
    """
    steps = -(-len(images) // batch_size)
    # Workers are in two epochs at once where one ends and the next begins.
    planned = lru_cache(maxsize=3)(plan)
    answered = None if answers is None else lru_cache(maxsize=3)(answers)
    none = np.zeros((0, targets.shape[1]), np.float32)

    def take(number: Any) -> tuple[NDArray[Any], ...]:
        place, step = divmod(int(number), steps)
        epoch = epochs[place]
        order, uniform, shares = planned(epoch)
        part = slice(step * batch_size, (step + 1) * batch_size)
        index = order[part]
        told = none if answered is None else answered(epoch)[part].astype(np.float32)
        return images[index], targets[index], uniform[part], shares[part], told

    def change(faces: Any, wanted: Any, uniform: Any, shares: Any, told: Any) -> tuple[Any, Any]:
        if augmentation is None:
            faces = keras.ops.cast(faces, "float32")
        else:
            faces = augment(faces, uniform, augmentation)
        if mixup:
            faces, wanted = mix(faces, wanted, shares, mixup)
        if answers is not None:
            wanted = (1.0 - answer_share) * wanted + answer_share * told
        return faces, wanted

    return _made(take, change, steps * len(epochs), images.shape[1:], targets.shape[1])


def evaluation_batches(
    images: NDArray[np.uint8], targets: NDArray[np.float32], *, batch_size: int = 256
) -> Any:
    """All faces once, in their order, unchanged. Arguments and result as `training_batches`."""
    count = len(images)
    nothing = np.zeros((count, RANDOM_NUMBERS), np.float32)
    plan = EpochPlan(np.arange(count), nothing, nothing[:, 0])
    return training_batches(
        images,
        targets,
        batch_size=batch_size,
        epochs=(0,),
        plan=lambda epoch: plan,
        augmentation=None,
    )


def _made(
    take: Callable[[Any], tuple[NDArray[Any], ...]],
    change: Callable[..., tuple[Any, Any]],
    count: int,
    shape: tuple[int, ...],
    classes: int,
) -> Any:
    if keras.backend.backend() != "tensorflow":
        return _ArrayBatches(take, change, count)

    import tensorflow as tf

    def batch(number: Any) -> tuple[Any, Any]:
        types = [tf.uint8, tf.float32, tf.float32, tf.float32, tf.float32]
        arrays = tf.numpy_function(take, [number], types)
        shapes = [(None, *shape), (None, classes), (None, RANDOM_NUMBERS), (None,), (None, classes)]
        for array, known in zip(arrays, shapes, strict=True):
            array.set_shape(known)
        return change(*arrays)

    # TensorFlow 2.21's autotuner sleeps twice as long each time, up to a minute, and an iterator
    # can't be closed before it wakes: epochs ended up to a minute late.
    options = tf.data.Options()
    options.autotune.enabled = False
    return (
        tf.data.Dataset.range(count)
        .map(batch, num_parallel_calls=WORKERS, deterministic=True)
        .prefetch(WORKERS)
        .with_options(options)
    )


class _ArrayBatches(keras.utils.PyDataset):
    """The same from arrays in memory, for backends without tf.data."""

    def __init__(self, take: Any, change: Any, count: int) -> None:
        super().__init__()
        self.take, self.change, self.count = take, change, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        faces, wanted = self.change(*self.take(number))
        return keras.ops.convert_to_numpy(faces), keras.ops.convert_to_numpy(wanted)
