"""Epochs and their batches: `tf.data` under TensorFlow, arrays under other backends.

Faces stay uint8 where they are, in memory or in a mapped file, and are gathered a batch at a time;
or they lie on a GPU, and batches are numbers of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from fer_keras.data.augmentation import (
    MIRROR_NUMBER,
    RANDOM_NUMBERS,
    Augmentation,
    augment,
    mix,
)

WORKERS = max(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
"""Batches made side by side, ahead of the training."""

Answers = Callable[[int], NDArray[np.floating]]
"""By an epoch's number: what a teacher says of its faces as they are shown, (n, classes)."""


class EpochPlan(NamedTuple):
    """One epoch.

    Attributes:
        order: int64, (n,), which face is shown when.
        uniform: float32, (n, RANDOM_NUMBERS), for `augment`, by place in the order.
        shares: float32, (n,), uniform in [0, 1), for mixup, by place in the order.
    """

    order: NDArray[np.int64]
    uniform: NDArray[np.float32]
    shares: NDArray[np.float32]


def plan_epoch(
    count: int,
    *,
    seed: int,
    epoch: int,
    rates: NDArray[np.float64] | None = None,
    alternate_mirror: bool = False,
) -> EpochPlan:
    """Which faces an epoch shows, in which order, and the random numbers that change them.

    All of it depends on the seed and the epoch's number alone: not on the backend, the batch size,
    or the epochs before. A resumed training sees what an uninterrupted one would have seen, and a
    teacher can answer for the very faces that a student will see.

    Args:
        count: number of faces.
        seed: the run's seed.
        epoch: number of the epoch, from 0.
        rates: float64, (n,), mean 1: how often each face is drawn, or None for once.
        alternate_mirror: whether a face is mirrored every other epoch after a random first choice,
            instead of by a coin each time (Jordan 2024, arXiv 2404.00498).
    """
    order = _drawn(count, rates, np.random.default_rng((seed, epoch)))
    random = np.random.default_rng((seed, epoch, 1))
    uniform = random.random((count, RANDOM_NUMBERS), dtype=np.float32)
    shares = random.random(count, dtype=np.float32)
    if alternate_mirror:
        first = np.random.default_rng((seed, 2)).integers(0, 2, count)
        # 0 lies below every probability of a mirror, 1 below none.
        uniform[:, MIRROR_NUMBER] = (first[order] + epoch) % 2
    return EpochPlan(order, uniform, shares)


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
    take = _taker(targets, batch_size, epochs, plan, mixup, answers, answer_share)
    count = -(-len(images) // batch_size) * len(epochs)

    def gather(number: Any) -> tuple[NDArray[Any], ...]:
        index, *others = take(number)
        return images[index], *others

    def change(faces: Any, uniform: Any, shares: Any, wanted: Any) -> tuple[Any, Any]:
        return show(faces, uniform, shares, augmentation, mixup), wanted

    if keras.backend.backend() != "tensorflow":
        return _ArrayBatches(lambda number: _as_arrays(change(*gather(number))), count)
    shapes = ((None, *images.shape[1:]), *_shapes(targets.shape[1]))
    return _dataset(gather, ("uint8", "float32", "float32", "float32"), shapes, count, change)


def numbered_batches(
    targets: NDArray[np.float32],
    *,
    batch_size: int,
    epochs: Sequence[int],
    plan: Callable[[int], EpochPlan],
    mixup: float = 0.0,
    answers: Answers | None = None,
    answer_share: float = 0.0,
) -> Any:
    """As `training_batches`, with the numbers of the faces instead of the faces.

    They are for `FacesOnDevice`, which has the faces and changes them.

    Returns:
        What `keras.Model.fit` takes, of ((int32 (b,), float32 (b, RANDOM_NUMBERS), float32 (b,)),
        float32 (b, classes)).
    """
    take = _taker(targets, batch_size, epochs, plan, mixup, answers, answer_share)
    count = -(-len(targets) // batch_size) * len(epochs)

    def split(number: Any, uniform: Any, shares: Any, wanted: Any) -> tuple[Any, Any]:
        return (number, uniform, shares), wanted

    if keras.backend.backend() != "tensorflow":
        return _ArrayBatches(lambda number: split(*take(number)), count)
    shapes = ((None,), *_shapes(targets.shape[1]))
    return _dataset(take, ("int32", "float32", "float32", "float32"), shapes, count, split)


def show(
    faces: Any, uniform: Any, shares: Any, augmentation: Augmentation | None, mixup: float
) -> Any:
    """What a network sees of a batch of faces: changed, then mixed with one another.

    Args:
        faces: uint8, (b, 48, 48, 1).
        uniform: float32, (b, RANDOM_NUMBERS), for `augment`.
        shares: float32, (b,), for `mix`.
        augmentation, mixup: as in `training_batches`.

    Returns:
        float32, (b, 48, 48, 1), 0 to 255.
    """
    if augmentation is None:
        faces = keras.ops.cast(faces, "float32")
    else:
        faces = augment(faces, uniform, augmentation)
    return mix(faces, shares, mixup) if mixup else faces


def _taker(
    targets: NDArray[np.float32],
    batch_size: int,
    epochs: Sequence[int],
    plan: Callable[[int], EpochPlan],
    mixup: float,
    answers: Answers | None,
    answer_share: float,
) -> Callable[[Any], tuple[NDArray[Any], ...]]:
    """From a batch's number: its faces' numbers, `uniform`, `shares` and targets."""
    steps = -(-len(targets) // batch_size)
    # Workers are in two epochs at once where one ends and the next begins.
    planned = lru_cache(maxsize=3)(plan)
    answered = None if answers is None else lru_cache(maxsize=3)(answers)

    def take(number: Any) -> tuple[NDArray[Any], ...]:
        place, step = divmod(int(number), steps)
        epoch = epochs[place]
        order, uniform, shares = planned(epoch)
        part = slice(step * batch_size, (step + 1) * batch_size)
        index = order[part]
        wanted = targets[index]
        if mixup:
            wanted = keras.ops.convert_to_numpy(mix(wanted, shares[part], mixup))
        if answered is not None:
            told = answered(epoch)[part].astype(np.float32)
            wanted = np.float32(1.0 - answer_share) * wanted + np.float32(answer_share) * told
        return index.astype(np.int32), uniform[part], shares[part], wanted

    return take


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


def _shapes(classes: int) -> tuple[tuple[int | None, ...], ...]:
    return (None, RANDOM_NUMBERS), (None,), (None, classes)


def _dataset(
    take: Callable[[Any], tuple[NDArray[Any], ...]],
    types: Sequence[str],
    shapes: Sequence[tuple[int | None, ...]],
    count: int,
    change: Callable[..., tuple[Any, Any]],
) -> Any:
    """Batches 0 to `count`, taken and changed side by side, as a `tf.data.Dataset`."""
    import tensorflow as tf

    def batch(number: Any) -> tuple[Any, Any]:
        arrays = tf.numpy_function(take, [number], [tf.as_dtype(name) for name in types])
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


def _as_arrays(batch: tuple[Any, Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return keras.ops.convert_to_numpy(batch[0]), keras.ops.convert_to_numpy(batch[1])


class _ArrayBatches(keras.utils.PyDataset):
    """The same from arrays in memory, for backends without tf.data."""

    def __init__(self, take: Callable[[int], tuple[Any, Any]], count: int) -> None:
        super().__init__()
        self.take, self.count = take, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> tuple[Any, Any]:
        return self.take(number)
