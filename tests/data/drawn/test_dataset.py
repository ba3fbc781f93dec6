from __future__ import annotations

import numpy as np
import pytest

from fer_keras.data.drawn import draw_faces, synthetic_data
from fer_keras.data.drawn.dataset import BATCH
from fer_keras.data.face_data import SPLITS, FaceData
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.errors import InputError


@pytest.fixture(scope="module")
def data() -> FaceData:
    return synthetic_data(train=2100, validation=350, test=700, seed=3)


def test_has_the_shape_of_fer2013(data: FaceData) -> None:
    assert data.labels == FER2013_LABELS
    assert data.source == "synthetic"
    assert tuple(data.splits) == SPLITS
    for name, size in (("train", 2100), ("validation", 350), ("test", 700)):
        split = data.split(name)
        assert split.images.shape == (size, 48, 48, 1)
        assert split.images.dtype == np.uint8
        assert split.labels.shape == (size,)
        assert split.labels.dtype == np.int64
        assert split.rows.dtype == np.int64
        np.testing.assert_array_equal(split.rows, np.arange(size))


def test_every_class_has_the_same_share(data: FaceData) -> None:
    for split in data.splits.values():
        assert np.ptp(np.bincount(split.labels, minlength=7)) == 0
    uneven = synthetic_data(train=100, validation=1, test=1).split("train")
    assert set(np.bincount(uneven.labels, minlength=7)) == {14, 15}


def test_labels_come_in_no_fixed_order(data: FaceData) -> None:
    rounds = data.split("train").labels.reshape(-1, 7)
    assert (np.sort(rounds, axis=1) == np.arange(7)).all()
    assert len(np.unique(rounds, axis=0)) > 200


def test_same_seed_same_faces() -> None:
    first, second = (synthetic_data(train=70, validation=40, test=40, seed=5) for _ in range(2))
    for name in SPLITS:
        np.testing.assert_array_equal(first.split(name).images, second.split(name).images)
        np.testing.assert_array_equal(first.split(name).labels, second.split(name).labels)
    assert first.fingerprint == second.fingerprint


def test_another_seed_or_split_has_other_faces() -> None:
    one = synthetic_data(train=70, validation=70, test=70, seed=5)
    two = synthetic_data(train=70, validation=70, test=70, seed=6)
    assert one.fingerprint != two.fingerprint
    faces = np.concatenate([s.images for d in (one, two) for s in d.splits.values()])
    assert len(np.unique(faces.reshape(len(faces), -1), axis=0)) == len(faces) == 420


def test_a_face_does_not_depend_on_how_many_are_drawn() -> None:
    small = synthetic_data(train=BATCH + 5, validation=1, test=9)
    large = synthetic_data(train=3 * BATCH + 1, validation=50, test=BATCH)
    for name in SPLITS:
        part, whole = small.split(name), large.split(name)
        np.testing.assert_array_equal(part.images, whole.images[: len(part)])
        np.testing.assert_array_equal(part.labels, whole.labels[: len(part)])


def test_a_face_does_not_depend_on_the_labels_of_others() -> None:
    labels = np.arange(BATCH, dtype=np.int64) % 7
    changed = labels.copy()
    changed[::2] = (changed[::2] + 3) % 7
    before, after = draw_faces(labels, 1), draw_faces(changed, 1)
    np.testing.assert_array_equal(before[1::2], after[1::2])
    assert (before[::2] != after[::2]).any(axis=(1, 2, 3)).all()


def test_no_labels_no_faces() -> None:
    assert draw_faces(np.empty(0, np.int64), 0).shape == (0, 48, 48, 1)


@pytest.mark.parametrize("bad", [{"train": 0}, {"validation": -1}, {"test": 0}, {"seed": -1}])
def test_sizes_and_seeds_out_of_range_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(InputError, match=next(iter(bad))):
        synthetic_data(**bad)


def test_faces_are_neither_blank_nor_burnt_out(data: FaceData) -> None:
    faces = data.split("train").images.reshape(2100, -1).astype(np.float32)
    assert faces.std(axis=1).min() > 4
    assert np.mean((faces == 0) | (faces == 255)) < 0.15
    assert 70 < faces.mean() < 170
    # People, poses and light differ from picture to picture.
    assert faces.std(axis=0).min() > 20


def test_pixels_tell_the_expression_but_not_all_of_it(data: FaceData) -> None:
    from sklearn.linear_model import RidgeClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def pixels(name: str) -> np.ndarray:
        images = data.split(name).images.reshape(-1, 24, 2, 24, 2).mean(axis=(2, 4))
        return images.reshape(len(images), -1)

    model = make_pipeline(StandardScaler(), RidgeClassifier(alpha=100))
    model.fit(pixels("train"), data.split("train").labels)
    accuracy = model.score(pixels("test"), data.split("test").labels)
    # Chance is 1/7; a linear model that got all right would mean that there is nothing to learn.
    assert 0.35 < accuracy < 0.75
