"""From BlazeFace's raw outputs to candidate boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def decode(
    regressors: NDArray[np.float32],
    logits: NDArray[np.float32],
    anchors: NDArray[np.float32],
    input_size: int,
    min_score: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Boxes and key points of the anchors whose score is above `min_score`, in anchor order.

    Each row of `regressors` is x, y of the box's centre and its width and height, then x, y of six
    key points, all in pixels of the model's input; places are relative to the row's anchor.
    Candidates without width or height are left out.

    Args:
        regressors: (anchors, 16).
        logits: (anchors,), scores before the sigmoid.
        anchors: (anchors, 2), as `make_anchors` gives them.
        input_size: side of the model's square input, in pixels.
        min_score: 0 to 1.

    Returns:
        points: float32, (n, 8, 2): top left corner, bottom right corner, six key points; x and y,
            0 to 1 over the model's input.
        scores: float32, (n,), 0 to 1.
    """
    # Beyond ±80 nothing changes but float32's overflow.
    scores = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
    above = np.flatnonzero(scores > min_score)
    raw = regressors[above].reshape(-1, 8, 2) / np.float32(input_size)
    anchor = anchors[above]
    points = raw + anchor[:, None, :]
    centre, half_size = points[:, 0].copy(), raw[:, 1] / 2
    points[:, 0] = centre - half_size
    points[:, 1] = centre + half_size
    whole = (half_size > 0).all(axis=1)
    return points[whole].astype(np.float32), scores[above][whole].astype(np.float32)
