from __future__ import annotations

import numpy as np
import pytest

from fer_keras.export.exporting import measure_parity, rejection

LABELS = ("a", "b", "c")


def one_hot(named: list[int]) -> np.ndarray:
    return np.eye(3, dtype=np.float32)[named]


def test_figures_by_hand() -> None:
    true = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    before = one_hot([0, 0, 0, 0, 1, 1, 0, 2, 2, 0])  # 8 right
    after = one_hot([0, 0, 0, 1, 1, 2, 0, 2, 2, 2])  # 7 right; 3 differ
    found = measure_parity(before, after * np.float32(0.9), true, LABELS)
    assert found.faces == 10
    assert found.accuracy == pytest.approx(0.7)
    assert found.drop == pytest.approx(0.1)
    assert found.agreement == pytest.approx(0.7)
    assert (found.worst_class, found.worst_class_drop) == ("b", pytest.approx(1 / 3))
    assert found.largest_difference == pytest.approx(1)
    assert found.mcnemar_p == 1.0  # two lost, one won
    low, high = found.drop_interval
    assert low < 0 < 0.1 < high


def test_rejection_goes_by_the_largest_drop_that_is_likely() -> None:
    true = np.zeros(200, np.int64)
    after = one_hot([1, 1] + [0] * 198)
    parity = measure_parity(one_hot([0] * 200), after, true, LABELS)
    assert rejection(parity, None) is None
    assert rejection(parity, 100 * parity.drop_interval[1]) is None
    reason = rejection(parity, 1.0)  # measured: 1.0, but on 200 faces that may be chance
    assert reason is not None
    assert reason.startswith("accuracy drops by 1.00 points (")
    assert "\n" not in reason


def test_a_loss_is_told_from_a_gain() -> None:
    true = np.zeros(100, np.int64)
    better, worse = one_hot([0] * 100), one_hot([1] * 8 + [0] * 92)
    lost, won = (
        measure_parity(better, worse, true, LABELS),
        measure_parity(worse, better, true, LABELS),
    )
    low, high = lost.drop_interval
    assert 0 < low < lost.drop == 0.08 < high
    assert won.drop_interval == pytest.approx((-high, -low))
    assert lost.mcnemar_p == won.mcnemar_p == pytest.approx(2 / 2**8)  # eight coins, all heads
    assert rejection(lost, 0.0) is not None
    assert rejection(won, 0.0) is None
