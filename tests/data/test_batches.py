"""Batches: every face once, in an order and with changes that the seed and the epoch decide."""

import os
import subprocess
import sys

import numpy as np
import pytest

from fer_keras.data.augmentation import Augmentation
from fer_keras.data.batches import evaluation_batches, training_batches


def numbered(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Faces that each show their own number, and one-hot targets of it."""
    images = np.zeros((n, 48, 48, 1), "uint8")
    images += np.arange(n, dtype="uint8")[:, None, None, None]
    return images, np.eye(n, dtype="float32")


def collect(batches: object) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(np.asarray(x), np.asarray(y)) for x, y in batches]  # type: ignore[attr-defined]
    return np.concatenate([x for x, _ in pairs]), np.concatenate([y for _, y in pairs])


def epoch(n: int = 50, *, number: int = 0, seed: int = 1, change: Augmentation | None = None):
    images, targets = numbered(n)
    return collect(
        training_batches(
            images, targets, batch_size=16, augmentation=change, seed=seed, epoch=number
        )
    )


def test_every_face_once_with_its_target() -> None:
    faces, targets = epoch()
    assert faces.dtype == np.float32
    assert sorted(faces[:, 0, 0, 0]) == list(range(50))
    np.testing.assert_array_equal(faces[:, 0, 0, 0], targets.argmax(axis=1))


def test_seed_and_epoch_decide() -> None:
    np.testing.assert_array_equal(epoch()[0], epoch()[0])
    assert (epoch()[0] != epoch(number=1)[0]).any()
    assert (epoch()[0] != epoch(seed=2)[0]).any()
    np.testing.assert_array_equal(
        epoch(number=3, change=Augmentation())[0], epoch(number=3, change=Augmentation())[0]
    )


def test_faces_of_one_batch_change_each_in_its_own_way() -> None:
    images = np.tile(np.arange(48, dtype="uint8")[None, :, None, None] * 5, (32, 1, 48, 1))
    faces, _ = collect(
        training_batches(
            images,
            np.ones((32, 1), "float32"),
            batch_size=16,
            augmentation=Augmentation(),
            seed=0,
            epoch=0,
        )
    )
    assert len({face.tobytes() for face in faces}) == 32


def test_evaluation_keeps_the_order() -> None:
    images, targets = numbered(40)
    faces, answers = collect(evaluation_batches(images, targets, batch_size=16))
    np.testing.assert_array_equal(faces, images)
    np.testing.assert_array_equal(answers, targets)


def test_arrays_under_jax_hold_the_same_faces() -> None:
    pytest.importorskip("jax", reason="JAX is not installed")
    code = (
        "import numpy as np\n"
        "from fer_keras.data.batches import training_batches\n"
        "images = np.arange(50, dtype='uint8')[:, None, None, None]\n"
        "images = images * np.ones((1, 48, 48, 1), 'uint8')\n"
        "batches = training_batches(images, np.eye(50, dtype='float32'), batch_size=16,"
        " augmentation=None, seed=1, epoch=0)\n"
        "print([int(face) for i in range(len(batches)) for face in batches[i][0][:, 0, 0, 0]])"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert eval(done.stdout) == [int(face) for face in epoch()[0][:, 0, 0, 0]]
