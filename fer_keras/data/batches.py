"""Batches for training and evaluation: `tf.data` under TensorFlow, arrays under other backends.

An epoch's order and its random changes depend on the seed and the epoch's number alone, so a
resumed training sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fer_keras.data.augmentation import RANDOM_NUMBERS, Augmentation, augment
from fer_keras.data.mixup import mix

WORKERS = 2
"""Batches made side by side, ahead of the training."""


def training_batches(
    images: NDArray[np.uint8],
    targets: NDArray[np.float32],
    *,
    batch_size: int,
    augmentation: Augmentation | None,
    mixup: float = 0.0,
    rates: NDArray[np.float64] | None = None,
    seed: int,
    epoch: int,
) -> Any:
    """One epoch in random order, changed at random.

    Args:
        images: uint8, (n, 48, 48, 1).
        targets: float32, (n, classes), rows sum to 1.
        batch_size: faces in a batch; the last batch may be smaller.
        augmentation: how to change the faces, or None to leave them.
        mixup: the largest share of another face laid over each, 0 to 1.
        rates: float64, (n,), mean 1: how often each face is drawn, or None for once.
        seed: the run's seed.
        epoch: number of the epoch, from 0.

    Returns:
        What `keras.Model.fit` takes: a `tf.data.Dataset` or a `keras.utils.PyDataset` of
        (float32 (b, 48, 48, 1) 0 to 255, float32 (b, classes)).
    """
    order = _drawn(len(images), rates, np.random.default_rng((seed, epoch)))
    return _batches(images, targets, order, batch_size, augmentation, mixup, (seed, epoch))


def evaluation_batches(
    images: NDArray[np.uint8], targets: NDArray[np.float32], *, batch_size: int = 256
) -> Any:
    """All faces once, in their order, unchanged. Arguments and result as `training_batches`."""
    order = np.arange(len(images))
    return _batches(images, targets, order, batch_size, None, 0.0, (0, 0))


def _batches(*arguments: Any) -> Any:
    """What the backend takes, from the arguments that `_tf_batches` and `_ArrayBatches` share."""
    made = _tf_batches if keras.backend.backend() == "tensorflow" else _ArrayBatches
    return made(*arguments)


def _drawn(
    count: int, rates: NDArray[np.float64] | None, random: np.random.Generator
) -> NDArray[np.int64]:
    """As many faces as there are, in random order."""
    if rates is None:
        return random.permutation(count)
    # Even steps through the sum of the rates: a face of rate 2.3 is drawn two or three times.
    steps = np.arange(count) + random.random()
    drawn = np.searchsorted(np.cumsum(rates), steps, side="right")
    return random.permutation(np.minimum(drawn, count - 1))


def _tf_batches(
    images: NDArray[np.uint8],
    targets: NDArray[np.float32],
    order: NDArray[np.int64],
    batch_size: int,
    augmentation: Augmentation | None,
    mixup: float,
    seed: tuple[int, int],
) -> Any:
    import tensorflow as tf

    # Faces stay uint8 in memory and are gathered a batch at a time: a shuffle of 28,709 numbers is
    # a perfect one, and costs nothing.
    all_images, all_targets = tf.constant(images), tf.constant(targets)

    def batch(number: Any, index: Any) -> tuple[Any, Any]:
        faces, wanted = tf.gather(all_images, index), tf.gather(all_targets, index)
        # Stateless: batch 5 of epoch 3 gets the same numbers on whichever thread it is made.
        key = (seed[0] * 100_003 + seed[1], number)
        count = tf.shape(index)[0]
        if augmentation is None:
            faces = tf.cast(faces, tf.float32)
        else:
            uniform = tf.random.stateless_uniform((count, RANDOM_NUMBERS), key)
            faces = augment(faces, uniform, augmentation)
        if mixup:
            # A key of its own; with the other, shares of the other face would follow the flips.
            uniform = tf.random.stateless_uniform((count,), (-1 - key[0], number))
            faces, wanted = mix(faces, wanted, uniform, mixup)
        return faces, wanted

    # TensorFlow 2.21's autotuner sleeps twice as long each time, up to a minute, and an iterator
    # can't be closed before it wakes: epochs ended up to a minute late.
    options = tf.data.Options()
    options.autotune.enabled = False
    return (
        tf.data.Dataset.from_tensor_slices(order)
        .batch(batch_size)
        .enumerate()
        .map(batch, num_parallel_calls=WORKERS, deterministic=True)
        .prefetch(WORKERS)
        .with_options(options)
    )


class _ArrayBatches(keras.utils.PyDataset):
    """The same from arrays in memory, for backends without tf.data."""

    def __init__(
        self,
        images: NDArray[np.uint8],
        targets: NDArray[np.float32],
        order: NDArray[np.int64],
        batch_size: int,
        augmentation: Augmentation | None,
        mixup: float,
        seed: tuple[int, int],
    ) -> None:
        super().__init__()
        self.images, self.targets, self.order = images, targets, order
        self.batch_size, self.seed = batch_size, seed
        self.augmentation, self.mixup = augmentation, mixup

    def __len__(self) -> int:
        return math.ceil(len(self.order) / self.batch_size)

    def __getitem__(self, number: int) -> tuple[Any, NDArray[np.float32]]:
        index = self.order[number * self.batch_size : (number + 1) * self.batch_size]
        faces, wanted = self.images[index].astype("float32"), self.targets[index]
        random = np.random.default_rng((*self.seed, number))
        if self.augmentation is not None:
            uniform = random.random((len(index), RANDOM_NUMBERS), dtype=np.float32)
            faces = np.asarray(augment(faces, uniform, self.augmentation))
        if self.mixup:
            uniform = random.random(len(index), dtype=np.float32)
            mixed = mix(faces, wanted, uniform, self.mixup)
            faces, wanted = (np.asarray(values) for values in mixed)
        return faces, wanted
