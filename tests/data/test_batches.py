"""Batches: every face once, in an order and with changes that the seed and the epoch decide."""

import os
import subprocess
import sys

import numpy as np
import pytest

from fer_keras.data.augmentation import Augmentation
from fer_keras.data.batches import _ArrayBatches, evaluation_batches, training_batches


def numbered(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Faces that each show their own number, and one-hot targets of it."""
    images = np.zeros((n, 48, 48, 1), "uint8")
    images += np.arange(n, dtype="uint8")[:, None, None, None]
    return images, np.eye(n, dtype="float32")


def collect(batches: object) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(np.asarray(x), np.asarray(y)) for x, y in batches]  # type: ignore[attr-defined]
    return np.concatenate([x for x, _ in pairs]), np.concatenate([y for _, y in pairs])


def epoch(
    n: int = 50,
    *,
    number: int = 0,
    seed: int = 1,
    change: Augmentation | None = None,
    mixup: float = 0.0,
    rates: np.ndarray | None = None,
):
    images, targets = numbered(n)
    return collect(
        training_batches(
            images,
            targets,
            batch_size=16,
            augmentation=change,
            mixup=mixup,
            rates=rates,
            seed=seed,
            epoch=number,
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


@pytest.mark.parametrize("change", [None, Augmentation(flip=0.5, rotation=0.0, shift=0.0)])
def test_mixed_faces_have_mixed_targets(change: Augmentation | None) -> None:
    faces, targets = epoch(mixup=0.5, change=change)
    assert (np.sort(targets, axis=1)[:, -1] < 1).sum() > 40
    assert (targets.max(axis=1) >= 0.5 - 1e-6).all()
    if change is None:
        np.testing.assert_allclose(faces[:, 0, 0, 0], targets @ np.arange(50), atol=1e-3)
    again, _ = epoch(mixup=0.5, change=change)
    np.testing.assert_array_equal(faces, again)


def test_faces_are_drawn_at_their_rates() -> None:
    rates = np.r_[np.full(25, 0.4), np.full(25, 1.6)]
    drawn = np.concatenate([epoch(rates=rates, number=n)[1].argmax(1) for n in range(20)])
    times = np.bincount(drawn, minlength=50)
    assert len(drawn) == 20 * 50
    # Steps are even, so a face's draws in an epoch are the whole numbers around its rate.
    assert set(np.bincount(epoch(rates=rates)[1].argmax(1), minlength=50)[25:]) <= {1, 2}
    assert times[25:].mean() == pytest.approx(20 * 1.6, rel=0.02)
    assert times[:25].mean() == pytest.approx(20 * 0.4, rel=0.08)


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


def test_arrays_mix_as_tf_data_does() -> None:
    images, targets = numbered(40)
    arrays = _ArrayBatches(images, targets, np.arange(40), 16, Augmentation(erase=0), 0.5, (0, 0))
    assert len(arrays) == 3
    for number in range(3):
        faces, wanted = arrays[number]
        assert faces.shape[0] == wanted.shape[0] == (16, 16, 8)[number]
        assert 0 < (wanted.max(axis=1) < 1).mean() <= 1
        np.testing.assert_allclose(wanted.sum(axis=1), 1.0, atol=1e-5)
