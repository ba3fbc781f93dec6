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

WORKERS = 2
"""Batches made side by side, ahead of the training."""


def training_batches(
    images: NDArray[np.uint8],
    targets: NDArray[np.float32],
    *,
    batch_size: int,
    augmentation: Augmentation | None,
    seed: int,
    epoch: int,
) -> Any:
    """One epoch in random order, changed at random.

    Args:
        images: uint8, (n, 48, 48, 1).
        targets: float32, (n, classes), rows sum to 1.
        batch_size: faces in a batch; the last batch may be smaller.
        augmentation: how to change the faces, or None to leave them.
        seed: the run's seed.
        epoch: number of the epoch, from 0.

    Returns:
        What `keras.Model.fit` takes: a `tf.data.Dataset` or a `keras.utils.PyDataset` of
        (float32 (b, 48, 48, 1) 0 to 255, float32 (b, classes)).
    """
    order = np.random.default_rng((seed, epoch)).permutation(len(images))
    if keras.backend.backend() == "tensorflow":
        return _tf_batches(images, targets, order, batch_size, augmentation, (seed, epoch))
    return _ArrayBatches(images, targets, order, batch_size, augmentation, (seed, epoch))


def evaluation_batches(
    images: NDArray[np.uint8], targets: NDArray[np.float32], *, batch_size: int = 256
) -> Any:
    """All faces once, in their order, unchanged. Arguments and result as `training_batches`."""
    order = np.arange(len(images))
    if keras.backend.backend() == "tensorflow":
        return _tf_batches(images, targets, order, batch_size, None, (0, 0))
    return _ArrayBatches(images, targets, order, batch_size, None, (0, 0))


def _tf_batches(
    images: NDArray[np.uint8],
    targets: NDArray[np.float32],
    order: NDArray[np.int64],
    batch_size: int,
    augmentation: Augmentation | None,
    seed: tuple[int, int],
) -> Any:
    import tensorflow as tf

    # Faces stay uint8 in memory and are gathered a batch at a time: a shuffle of 28,709 numbers is
    # a perfect one, and costs nothing.
    all_images, all_targets = tf.constant(images), tf.constant(targets)

    def batch(number: Any, index: Any) -> tuple[Any, Any]:
        faces = tf.gather(all_images, index)
        if augmentation is None:
            faces = tf.cast(faces, tf.float32)
        else:
            # Stateless: batch 5 of epoch 3 gets the same numbers on whichever thread it is made.
            uniform = tf.random.stateless_uniform(
                (tf.shape(index)[0], RANDOM_NUMBERS), (seed[0] * 100_003 + seed[1], number)
            )
            faces = augment(faces, uniform, augmentation)
        return faces, tf.gather(all_targets, index)

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
        seed: tuple[int, int],
    ) -> None:
        super().__init__()
        self.images, self.targets, self.order = images, targets, order
        self.batch_size, self.augmentation, self.seed = batch_size, augmentation, seed

    def __len__(self) -> int:
        return math.ceil(len(self.order) / self.batch_size)

    def __getitem__(self, number: int) -> tuple[Any, NDArray[np.float32]]:
        index = self.order[number * self.batch_size : (number + 1) * self.batch_size]
        faces = self.images[index].astype("float32")
        if self.augmentation is not None:
            random = np.random.default_rng((*self.seed, number))
            uniform = random.random((len(index), RANDOM_NUMBERS), dtype=np.float32)
            faces = np.asarray(augment(faces, uniform, self.augmentation))
        return faces, self.targets[index]
