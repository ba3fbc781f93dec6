"""Non-maximum suppression: one box a face, of the many that fire on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def suppress_weighted(
    points: NDArray[np.float32], scores: NDArray[np.float32], max_overlap: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Merge boxes that overlap, each weighted by its score (BlazeFace's own way).

    The best remaining box gathers those whose overlap (intersection over union) with it is above
    `max_overlap`; their mean, weighted by score, takes their place with the best one's score.
    It shakes less from frame to frame than keeping the best box alone. Of equal scores the first
    comes first.

    Args:
        points: (n, 2 or more, 2): top left corner, bottom right corner, other points; x and y in
            any unit. Every box has a positive area.
        scores: (n,).
        max_overlap: 0 to 1.

    Returns:
        points: float32, (m, 2 or more, 2), best score first.
        scores: float32, (m,).
    """
    remaining = np.argsort(-scores, kind="stable")
    merged, kept = [], []
    while len(remaining):
        near = overlap(points[remaining[0], :2], points[remaining, :2]) > max_overlap
        near[0] = True
        group = remaining[near]
        weights = scores[group].astype(np.float64)
        merged.append(np.tensordot(weights, points[group], axes=1) / weights.sum())
        kept.append(scores[remaining[0]])
        remaining = remaining[~near]
    return (
        np.array(merged, np.float32).reshape(-1, *points.shape[1:]),
        np.array(kept, np.float32),
    )


def overlap(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of `box` (2, 2) with each of `boxes` (n, 2, 2): (n,).

    0 where both are empty. A box is its top left and its bottom right corner.
    """
    inner = np.minimum(box[1], boxes[:, 1]) - np.maximum(box[0], boxes[:, 0])
    intersection = np.prod(np.maximum(inner, 0), axis=1)
    union = np.prod(box[1] - box[0]) + np.prod(boxes[:, 1] - boxes[:, 0], axis=1) - intersection
    return np.divide(intersection, union, out=np.zeros_like(intersection), where=union > 0)
