"""Figure 8 of the paper: faces, their saliency maps, and the one laid over the other."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fer_keras.figures import shorten
from fer_keras.saliency.maps import saliency_maps

if TYPE_CHECKING:
    import keras

COLUMNS = 8
SIDE = 1.15
"""Inches of a face."""

CAPTION = 0.42
"""Inches above each column of three."""

LEFT = 0.75
"""Inches for the names of the rows."""


@dataclass(frozen=True)
class ExplainedFace:
    """A face, what the model says of it, and why.

    Attributes:
        image: uint8, (48, 48), grey values 0 to 255.
        saliency: float32, (48, 48), 0 to 1, for the class that the model names.
        named: the class that the model names.
        probability: its probability.
        label: what the face is, or None where nobody said so.
        title: a word for people: its row or file name.
    """

    image: NDArray[np.uint8]
    saliency: NDArray[np.float32]
    named: str
    probability: float
    label: str | None
    title: str


def explain_faces(
    model: keras.Model,
    labels: tuple[str, ...],
    images: NDArray[np.uint8],
    true_labels: Sequence[str | None],
    titles: Sequence[str],
    method: str,
    seed: int = 0,
) -> list[ExplainedFace]:
    """Explain what a model names each face.

    Args:
        model: from `fer_keras.models.keras_file.load_model`.
        labels: names of its outputs.
        images: uint8, (n, 48, 48, 1); at least one.
        true_labels: what each face is, or None.
        titles: a word for each.
        method: one of `fer_keras.saliency.maps.METHODS`.
        seed: of SmoothGrad's noise.
    """
    probabilities = np.asarray(model.predict(images.astype(np.float32), verbose=0))
    named = probabilities.argmax(1)
    maps = saliency_maps(model, images, named, method, seed)
    return [
        ExplainedFace(
            image=images[i, ..., 0],
            saliency=maps[i],
            named=labels[named[i]],
            probability=float(probabilities[i, named[i]]),
            label=true_labels[i],
            title=titles[i],
        )
        for i in range(len(images))
    ]


def draw_grid(blocks: Sequence[Sequence[ExplainedFace]], title: str) -> Figure:
    """Draw faces in columns of image, map and overlay.

    Args:
        blocks: faces that belong together, an emotion's for instance. At most `COLUMNS` faces
            stand side by side: small blocks share a line, large ones go on below.
        title: stands over all.
    """
    lines = _lines(blocks)
    columns = max(len(line) for line in lines)
    width = max(LEFT + columns * SIDE, 4.5)
    title = textwrap.fill(title, int(12.5 * width))  # characters an inch at this size
    head = 0.2 + 0.18 * (title.count("\n") + 1)
    height = head + len(lines) * (CAPTION + 3 * SIDE)
    figure = Figure(figsize=(width, height))
    figure.text(0.12 / width, 1 - 0.1 / height, title, fontsize=10, va="top")
    for line_number, line in enumerate(lines):
        top = height - head - line_number * (CAPTION + 3 * SIDE) - CAPTION
        for row, name in enumerate(("face", "map", "overlay")):
            middle = top - (row + 0.5) * SIDE
            figure.text(0.12 / width, middle / height, name, fontsize=8, va="center")
        for column, face in enumerate(line):
            left = LEFT + column * SIDE
            figure.text(
                (left + SIDE / 2) / width,
                (top + 0.05) / height,
                _caption(face),
                fontsize=7,
                ha="center",
                va="bottom",
                linespacing=1.15,
                color="#b00020" if face.label not in (None, face.named) else "#1a1a1a",
            )
            pictures = (_grey(face.image), _heat(face.saliency), _overlay(face))
            for row, picture in enumerate(pictures):
                place = (left + 0.02, top - (row + 1) * SIDE + 0.02, SIDE - 0.04, SIDE - 0.04)
                axes = figure.add_axes(
                    (place[0] / width, place[1] / height, place[2] / width, place[3] / height)
                )
                axes.imshow(picture, interpolation="nearest")
                axes.set_axis_off()
    return figure


def _lines(blocks: Sequence[Sequence[ExplainedFace]]) -> list[list[ExplainedFace]]:
    lines: list[list[ExplainedFace]] = [[]]
    for block in blocks:
        for start in range(0, len(block), COLUMNS):
            piece = list(block[start : start + COLUMNS])
            if len(lines[-1]) + len(piece) <= COLUMNS:
                lines[-1] += piece
            else:
                lines.append(piece)
    return lines


def _caption(face: ExplainedFace) -> str:
    said = f"{shorten(face.named, 12)} {face.probability:.0%}"
    first = shorten(face.title, 16)
    return f"{first}\n{said}" if face.label is None else f"{shorten(face.label, 16)}\n→ {said}"


def _grey(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.repeat(image[..., None] / 255, 3, axis=2)


def _heat(saliency: NDArray[np.float32]) -> NDArray[Any]:
    return np.asarray(matplotlib.colormaps["inferno"](saliency))[..., :3]


def _overlay(face: ExplainedFace) -> NDArray[Any]:
    # The more a pixel matters the less of the face is seen through it; the root lifts faint ones.
    weight = 0.75 * np.sqrt(face.saliency)[..., None]
    return (1 - weight) * _grey(face.image) + weight * _heat(face.saliency)
