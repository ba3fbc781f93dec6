from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fer_keras.data.face_data import Split, fingerprint

LABELS = ("a", "b")


def make_split(n: int = 3) -> Split:
    images = np.arange(n * 48 * 48, dtype=np.uint32).astype(np.uint8).reshape(n, 48, 48, 1)
    return Split(images=images, labels=np.arange(n) % 2, rows=np.arange(n))


BASE = fingerprint(LABELS, {"train": make_split(), "test": make_split(2)})


def test_is_a_sha256_that_equal_data_share() -> None:
    again = fingerprint(LABELS, {"test": make_split(2), "train": make_split()})
    assert again == BASE
    assert len(BASE) == 64
    int(BASE, 16)


def test_does_not_depend_on_memory_layout() -> None:
    split = make_split()
    strided = replace(split, images=np.repeat(split.images, 2, axis=0)[::2])
    assert fingerprint(LABELS, {"train": strided, "test": make_split(2)}) == BASE


def changed(field: str) -> Split:
    array = getattr(make_split(), field).copy()
    array.flat[-1] = 1 - array.flat[-1] % 2
    return replace(make_split(), **{field: array})


@pytest.mark.parametrize(
    "train",
    [
        changed("images"),
        changed("labels"),
        changed("rows"),
        make_split(2),
        make_split().take(np.array([1, 0, 2])),
        replace(make_split(), targets=np.full((3, 2), 0.5, np.float32)),
        replace(make_split(), votes=np.full((3, 2), 0.5, np.float32)),
    ],
    ids=["images", "labels", "rows", "fewer", "order", "targets", "votes"],
)
def test_any_change_of_a_split_shows(train: Split) -> None:
    assert fingerprint(LABELS, {"train": train, "test": make_split(2)}) != BASE


def test_targets_are_not_votes() -> None:
    soft = np.full((3, 2), 0.5, np.float32)
    assert fingerprint(LABELS, {"train": replace(make_split(), targets=soft)}) != fingerprint(
        LABELS, {"train": replace(make_split(), votes=soft)}
    )


def test_names_of_classes_and_splits_count() -> None:
    assert fingerprint(("a", "c"), {"train": make_split(), "test": make_split(2)}) != BASE
    assert fingerprint(LABELS, {"validation": make_split(), "test": make_split(2)}) != BASE
    assert fingerprint(("ab",), {}) != fingerprint(("a", "b"), {})
