from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.training.balance import drawing_rates

THREE = np.repeat([0, 1, 2], [16, 4, 1])


@pytest.mark.parametrize(
    ("balance", "shares"), [(0.0, (16, 4, 1)), (0.5, (4, 2, 1)), (1.0, (1, 1, 1))]
)
def test_classes_come_up_as_often_as_said(balance: float, shares: tuple[int, ...]) -> None:
    rates = drawing_rates(THREE, balance)
    drawn = np.array([rates[label == THREE].sum() for label in range(3)])
    np.testing.assert_allclose(drawn / drawn.sum(), np.array(shares) / sum(shares))


@given(st.lists(st.sampled_from([0, 1, 4, 6]), min_size=1, max_size=80), st.floats(0.0, 1.0))
def test_an_epoch_is_as_long_as_before(labels: list[int], balance: float) -> None:
    rates = drawing_rates(np.array(labels), balance)
    assert rates.shape == (len(labels),)
    assert rates.min() > 0
    assert rates.mean() == pytest.approx(1.0)
