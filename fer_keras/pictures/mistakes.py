"""The mistakes of which a model is most sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_keras.pictures.confusion import shorten

COLUMNS = 8
SIDE = 1.15
"""Inches of a face."""

CAPTION = 0.42


def most_confident_mistakes(
    probabilities: NDArray[np.floating[Any]], labels: NDArray[np.int64], top: int = 16
) -> NDArray[np.int64]:
    """Indices of misclassified faces, the surest first; fewer where there are fewer mistakes."""
    wrong = np.flatnonzero(probabilities.argmax(1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(1), kind="stable")][:top]


def draw_faces(images: NDArray[np.uint8], captions: Sequence[str]) -> Figure:
    """Draw faces in lines of eight, each under its caption.

    Args:
        images: uint8, (n, 48, 48, 1); at least one.
        captions: at most two lines each.
    """
    lines = -(-len(images) // COLUMNS)
    width, height = COLUMNS * SIDE, lines * (SIDE + CAPTION)
    figure = Figure(figsize=(width, height))
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left = number % COLUMNS * SIDE
        bottom = height - (number // COLUMNS + 1) * (SIDE + CAPTION)
        axes = figure.add_axes(
            (
                (left + 0.03) / width,
                bottom / height,
                (SIDE - 0.06) / width,
                (SIDE - 0.06) / height,
            )
        )
        axes.imshow(image[..., 0], cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
        axes.set_title(caption, fontsize=7, pad=2)
    return figure


def mistake_captions(
    probabilities: NDArray[np.floating[Any]],
    labels: NDArray[np.int64],
    names: tuple[str, ...],
) -> list[str]:
    """What each face is, what the model names it, and how sure it is."""
    return [
        f"{shorten(names[label], 14)}\n→ {shorten(names[row.argmax()], 12)} {row.max():.0%}"
        for row, label in zip(probabilities, labels, strict=True)
    ]
