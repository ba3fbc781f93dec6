from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.data.drawn.expressions import (
    EVERYDAY,
    EXPRESSIONS,
    PROTOTYPES,
    UNITS,
    Expression,
    activations,
)
from fer_keras.data.labels import FER2013_LABELS


def strengths(label: str, n: int, subtlety=EVERYDAY, seed: int = 0) -> np.ndarray:
    labels = np.full(n, FER2013_LABELS.index(label), np.int64)
    moves = activations(labels, np.random.default_rng(seed), subtlety)
    return np.concatenate([moves[unit][:, :, 0] for unit in UNITS], axis=1)


def test_the_table_has_every_label_once_and_only_units_that_can_be_drawn() -> None:
    assert sorted(row.label for row in EXPRESSIONS) == sorted(FER2013_LABELS)
    used = {unit for row in EXPRESSIONS for unit in row.units + row.at_times}
    assert used == {int(unit) for unit in UNITS}
    assert len({row.units for row in EXPRESSIONS}) == len(EXPRESSIONS)


@pytest.mark.parametrize("row", EXPRESSIONS, ids=lambda row: row.label)
def test_a_prototype_moves_its_own_units_and_no_others(row: Expression) -> None:
    drawn = strengths(row.label, 600, PROTOTYPES)
    for unit, column in zip(UNITS, drawn.T, strict=True):
        if unit in row.units:
            assert (column == 1).all()
        elif unit in row.at_times:
            assert 0.25 < column.mean() < 0.42
        else:
            assert (column == 0).all()


@pytest.mark.parametrize("row", EXPRESSIONS, ids=lambda row: row.label)
def test_everyday_faces_are_fainter_but_lean_to_their_prototype(row: Expression) -> None:
    mean = strengths(row.label, 2000).mean(axis=0)
    own = [m for unit, m in zip(UNITS, mean, strict=True) if unit in row.units]
    other = [m for unit, m in zip(UNITS, mean, strict=True) if unit not in row.units + row.at_times]
    assert all(0.5 < m < 1 for m in own)
    assert max(other) < 0.2


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(0, 2**32))
def test_strengths_stay_in_range(labels: list[int], seed: int) -> None:
    moves = activations(np.array(labels, np.int64), np.random.default_rng(seed), EVERYDAY)
    assert list(moves) == list(UNITS)
    for strength in moves.values():
        assert strength.shape == (len(labels), 1, 1)
        assert strength.dtype == np.float32
        assert strength.min() >= 0
        assert strength.max() <= 1.3


def test_labels_do_not_change_the_random_numbers_that_follow() -> None:
    followers = set()
    for label in range(7):
        rng = np.random.default_rng(0)
        activations(np.full(5, label, np.int64), rng, EVERYDAY)
        followers.add(rng.random())
    assert len(followers) == 1
