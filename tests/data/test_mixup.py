"""Mixup blends a face and its target by one and the same share."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.data.augmentation import mix


@given(
    st.lists(st.floats(0.0, 1.0, exclude_max=True, width=32), min_size=1, max_size=9),
    st.floats(0.0, 1.0, width=32),
)
def test_faces_and_targets_follow_one_share(uniform: list[float], reach: float) -> None:
    count = len(uniform)
    images = np.arange(count, dtype=np.float32)[:, None, None, None] * np.ones((1, 3, 3, 1), "f4")
    shares = np.array(uniform, np.float32)
    mixed, targets = (
        mix(values, shares, reach) for values in (images, np.eye(count, dtype=np.float32))
    )
    partners = np.arange(count)[::-1]
    expected = np.arange(count) * (1 - shares * reach) + partners * shares * reach
    np.testing.assert_allclose(np.asarray(mixed)[:, 1, 2, 0], expected, atol=1e-4)
    np.testing.assert_allclose(np.asarray(targets) @ np.arange(count), expected, atol=1e-4)
    np.testing.assert_allclose(np.asarray(targets).sum(1), 1.0, atol=1e-5)
