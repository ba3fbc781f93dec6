from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.detection.blazeface import letterbox


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([16, 128]))
def test_corners_come_back(width: int, height: int, size: int) -> None:
    boxed = letterbox(np.full((height, width, 3), 7, np.uint8), size)
    rows, columns = np.nonzero(boxed.pixels[..., 0])
    assert boxed.pixels.shape == (size, size, 3)
    # The part that is not black is the picture, as it is written down.
    inside = np.array(
        [[columns.min(), rows.min()], [columns.max() + 1, rows.max() + 1]], np.float32
    )
    np.testing.assert_allclose(
        boxed.to_picture(inside / size), [[0, 0], [width, height]], atol=1e-3
    )
    assert max(columns.max() - columns.min(), rows.max() - rows.min()) + 1 == size
    before, after = columns.min(), size - 1 - columns.max()
    assert 0 <= after - before <= 1


def test_shrinking_averages() -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[:2, :2] = [[[10], [20]], [[30], [40]]]
    assert letterbox(picture, 2).pixels[..., 0].tolist() == [[25, 0], [0, 0]]
