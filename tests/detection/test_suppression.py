from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fer_keras.detection.blazeface import overlap, suppress_weighted

LIMIT = 0.3


@st.composite
def candidates(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    count = draw(st.integers(0, 12))
    unit = st.floats(0, 1, width=32)
    corners = draw(arrays(np.float32, (count, 2), elements=unit))
    sizes = draw(arrays(np.float32, (count, 2), elements=st.floats(0.0625, 0.5, width=32)))
    scores = draw(arrays(np.float32, count, elements=st.floats(0.5, 1, width=32)))
    return np.stack([corners, corners + sizes, corners + sizes / 2], axis=1), scores


@given(candidates())
def test_every_candidate_is_merged_once(made: tuple[np.ndarray, np.ndarray]) -> None:
    points, scores = made
    merged, kept = suppress_weighted(points, scores, LIMIT)
    assert len(merged) == len(kept) <= len(points)
    assert bool(len(merged)) == bool(len(points))
    assert (np.diff(kept) <= 0).all()
    assert set(kept) <= set(scores)
    if len(points):
        assert kept[0] == scores.max()
        # A mean lies within what it is made of.
        assert (merged >= points.min(axis=0) - 1e-6).all()
        assert (merged <= points.max(axis=0) + 1e-6).all()


@given(candidates())
def test_boxes_that_are_apart_stay_as_they_are(made: tuple[np.ndarray, np.ndarray]) -> None:
    points, scores = made
    apart = points + 3 * np.arange(len(points), dtype=np.float32)[:, None, None]
    merged, _ = suppress_weighted(apart, scores, LIMIT)
    order = np.argsort(-scores, kind="stable")
    np.testing.assert_allclose(merged, apart[order], rtol=1e-6)


def test_boxes_of_one_face_are_weighed_by_their_scores() -> None:
    points = np.array(
        [[[0, 0], [10, 10]], [[2, 0], [12, 10]], [[50, 50], [60, 60]]], dtype=np.float32
    )
    scores = np.array([0.6, 0.9, 0.7], np.float32)
    merged, kept = suppress_weighted(points, scores, LIMIT)
    # (0.9 * 2 + 0.6 * 0) / 1.5 = 1.2
    np.testing.assert_allclose(merged, [[[1.2, 0], [11.2, 10]], points[2]], rtol=1e-6)
    np.testing.assert_allclose(kept, [0.9, 0.7], rtol=1e-6)


def test_overlap_by_hand() -> None:
    box = np.array([[0, 0], [2, 2]], np.float32)
    others = np.array(
        [[[0, 0], [2, 2]], [[1, 0], [3, 2]], [[2, 0], [4, 2]], [[5, 5], [6, 6]], [[1, 1], [1, 1]]],
        np.float32,
    )
    np.testing.assert_allclose(overlap(box, others), [1, 1 / 3, 0, 0, 0], rtol=1e-6)
