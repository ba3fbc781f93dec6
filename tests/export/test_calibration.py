"""The faces that calibrate: as many as asked, of every class, reaching from black to white."""

import numpy as np
from fer_keras.export.calibration import (
    Calibration,
    calibration_fingerprint,
    representative_faces,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_keras.data.face_data import Split


def uneven_split() -> Split:
    """90 faces of class 0, 9 of class 1, 1 of class 2; a face shows its class."""
    labels = np.repeat([0, 1, 2], [90, 9, 1])
    images = np.random.default_rng(0).integers(60, 80, (100, 48, 48, 1)).astype("uint8")
    images[:, 0, 0, 0] = 60 + labels
    return Split(images, labels, np.arange(100))


def classes(faces: np.ndarray) -> list[int]:
    return np.bincount(faces[1:, 0, 0, 0] - 60, minlength=3).tolist()


def test_balanced_takes_as_many_of_each_class_as_there_are() -> None:
    faces = representative_faces(uneven_split(), Calibration(samples=21))
    assert sum(classes(faces)) == 20
    assert max(classes(faces)[1:]) <= 9
    assert classes(faces)[1] >= 8


def test_unbalanced_follows_the_data() -> None:
    faces = representative_faces(uneven_split(), Calibration(samples=50, balanced=False))
    assert classes(faces)[0] > 40


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 150), st.integers(0, 99), st.booleans())
def test_black_and_white_are_always_seen(samples: int, seed: int, balanced: bool) -> None:
    faces = representative_faces(uneven_split(), Calibration(samples, balanced, seed))
    assert len(faces) == min(samples, 100)
    assert faces.min() == 0
    assert faces.max() == 255


def test_a_blank_face_still_spans_the_range() -> None:
    blank = Split(np.full((1, 48, 48, 1), 7, "uint8"), np.zeros(1, "int64"), np.arange(1))
    faces = representative_faces(blank, Calibration(samples=1))
    assert (faces.min(), faces.max()) == (0, 255)


def test_the_seed_decides() -> None:
    def fingerprint(seed: int) -> str:
        faces = representative_faces(uneven_split(), Calibration(samples=10, seed=seed))
        return calibration_fingerprint(faces)

    assert fingerprint(1) == fingerprint(1)
    assert fingerprint(1) != fingerprint(2)
