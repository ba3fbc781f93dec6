"""Batches: every face once, in an order and with changes that the seed and the epoch decide."""

import dataclasses

import numpy as np
import pytest

from fer_keras.data.augmentation import MIRROR_NUMBER, Augmentation, augment
from fer_keras.data.batches import evaluation_batches, plan_epoch, training_batches
from fer_keras.training.recipes import STRONG_AUGMENTATION

STRONG = Augmentation(**STRONG_AUGMENTATION)


def test_seed_and_number_decide_everything() -> None:
    one, again = (plan_epoch(100, seed=3, epoch=5) for _ in range(2))
    for a, b in zip(one, again, strict=True):
        np.testing.assert_array_equal(a, b)
    for other in (plan_epoch(100, seed=3, epoch=6), plan_epoch(100, seed=4, epoch=5)):
        assert all((a != b).any() for a, b in zip(one, other, strict=True))


def test_an_alternating_mirror_shows_each_face_both_ways_in_turn() -> None:
    image = np.tile(np.arange(48, dtype=np.float32), (48, 1))[None, :, :, None]
    change = Augmentation(flip=0.5)
    mirrored = []
    for epoch in range(4):
        plan = plan_epoch(60, seed=1, epoch=epoch, alternate_mirror=True)
        shown = np.asarray(augment(np.repeat(image, 60, axis=0), plan.uniform, change))
        turned = np.zeros(60, bool)
        turned[plan.order] = shown[:, 0, 0, 0] > shown[:, 0, -1, 0]
        mirrored.append(turned)
    assert 10 < mirrored[0].sum() < 50  # the first choice is a coin
    np.testing.assert_array_equal(mirrored[1], ~mirrored[0])
    np.testing.assert_array_equal(mirrored[2], mirrored[0])
    np.testing.assert_array_equal(mirrored[3], mirrored[1])
    assert plan.uniform.shape[1] > MIRROR_NUMBER


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
    batch_size: int = 16,
):
    images, targets = numbered(n)
    return collect(
        training_batches(
            images,
            targets,
            batch_size=batch_size,
            epochs=(number,),
            plan=lambda epoch: plan_epoch(n, seed=seed, epoch=epoch, rates=rates),
            augmentation=change,
            mixup=mixup,
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
        epoch(number=3, change=STRONG)[0], epoch(number=3, change=STRONG)[0]
    )


def test_faces_of_one_batch_change_each_in_its_own_way() -> None:
    images = np.tile(np.arange(48, dtype="uint8")[None, :, None, None] * 5, (32, 1, 48, 1))
    faces, _ = collect(
        training_batches(
            images,
            np.ones((32, 1), "float32"),
            batch_size=16,
            epochs=(0,),
            plan=lambda epoch: plan_epoch(32, seed=0, epoch=epoch),
            augmentation=STRONG,
        )
    )
    assert len({face.tobytes() for face in faces}) == 32


@pytest.mark.parametrize("change", [None, dataclasses.replace(STRONG, rotation=0.0, shift=0.0)])
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


def test_epochs_follow_one_another() -> None:
    images, targets = numbered(50)
    batches = training_batches(
        images,
        targets,
        batch_size=16,
        epochs=range(3, 6),
        plan=lambda number: plan_epoch(50, seed=1, epoch=number),
        augmentation=STRONG,
    )
    faces, _ = collect(batches)
    for place, number in enumerate((3, 4, 5)):
        alone, _ = epoch(number=number, change=STRONG)
        np.testing.assert_array_equal(faces[50 * place : 50 * (place + 1)], alone)


def test_the_size_of_batches_does_not_change_the_faces() -> None:
    large = epoch(change=STRONG, batch_size=50)[0]
    np.testing.assert_allclose(epoch(change=STRONG)[0], large, atol=1e-3)


def test_a_teachers_answers_join_the_targets_in_the_order_of_the_epoch() -> None:
    images, targets = numbered(50)
    plan = plan_epoch(50, seed=1, epoch=7)
    asked = []

    def answers(number: int) -> np.ndarray:
        asked.append(number)
        return np.roll(targets[plan.order], 1, axis=1).astype(np.float16)

    _, wanted = collect(
        training_batches(
            images,
            targets,
            batch_size=16,
            epochs=(7,),
            plan=lambda number: plan,
            augmentation=None,
            answers=answers,
            answer_share=0.75,
        )
    )
    own = targets[plan.order]
    np.testing.assert_allclose(wanted, 0.25 * own + 0.75 * np.roll(own, 1, axis=1), atol=1e-6)
    assert set(asked) == {7}


def test_arrays_hold_what_tf_data_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    with_tf = epoch(40, change=dataclasses.replace(STRONG, erase=0), mixup=0.5)
    monkeypatch.setattr("keras.backend.backend", lambda: "another")
    images, targets = numbered(40)
    arrays = training_batches(
        images,
        targets,
        batch_size=16,
        epochs=(0,),
        plan=lambda number: plan_epoch(40, seed=1, epoch=number),
        augmentation=dataclasses.replace(STRONG, erase=0),
        mixup=0.5,
    )
    assert len(arrays) == 3
    pairs = [arrays[number] for number in range(3)]
    for place in (0, 1):
        without = np.concatenate([pair[place] for pair in pairs])
        np.testing.assert_allclose(without, with_tf[place], atol=1e-3)
