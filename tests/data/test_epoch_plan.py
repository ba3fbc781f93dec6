"""What an epoch shows depends on the seed and its number alone."""

import numpy as np

from fer_keras.data.augmentation import MIRROR_NUMBER, Augmentation, augment
from fer_keras.data.epoch_plan import plan_epoch


def test_seed_and_number_decide_everything() -> None:
    one, again = (plan_epoch(100, seed=3, epoch=5) for _ in range(2))
    for a, b in zip(one, again, strict=True):
        np.testing.assert_array_equal(a, b)
    for other in (plan_epoch(100, seed=3, epoch=6), plan_epoch(100, seed=4, epoch=5)):
        assert all((a != b).any() for a, b in zip(one, other, strict=True))


def test_an_alternating_mirror_shows_each_face_both_ways_in_turn() -> None:
    image = np.tile(np.arange(48, dtype=np.float32), (48, 1))[None, :, :, None]
    change = Augmentation(0.5, 0, 0, 0, 0, 0, 0, 0)
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
