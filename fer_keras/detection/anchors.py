"""BlazeFace's anchors: the points from which its boxes are measured.

Source: Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs (2019),
and the settings in MediaPipe's face detection graphs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def make_anchors(
    input_size: int, strides: tuple[int, ...], anchors_per_stride: int
) -> NDArray[np.float32]:
    """Anchor centres in the order of the model's outputs.

    The model has one layer per entry of `strides`. Neighbouring layers of equal stride share one
    grid, whose cells are walked row by row; each cell has `anchors_per_stride` anchors, all at its
    centre, for each of those layers.

    Args:
        input_size: side of the model's square input, in pixels.
        strides: pixels from one cell to the next, a layer each.
        anchors_per_stride: anchors of one cell and layer.

    Returns:
        float32, (anchors, 2): x and y, 0 to 1 from the input's top left corner.
    """
    anchors = []
    for stride in dict.fromkeys(strides):  # each once, in order
        cells = input_size // stride
        centres = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        grid = np.stack([x.ravel(), y.ravel()], axis=1)
        anchors.append(np.repeat(grid, anchors_per_stride * strides.count(stride), axis=0))
    return np.concatenate(anchors).astype(np.float32)
