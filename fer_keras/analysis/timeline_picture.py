"""The picture of a film: a strip for each face, its emotions over time."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from fer_keras.analysis.summary import Summary
from fer_keras.faces.overlay import label_colour

MOST_FACES = 12
_GAP = 3.0
"""Steps without the face after which the strip is interrupted."""


def draw_timeline(summary: Summary, title: str) -> Figure:
    """Draw the probabilities of each face's emotions, stacked, over the film.

    Args:
        summary: of a film. Of more than 12 faces those seen longest are drawn.
        title: stands over it.
    """
    faces = summary.leading_faces(MOST_FACES)
    rows = max(1, len(faces))
    figure = Figure(figsize=(10, 1.1 + 1.25 * rows), layout="constrained")
    axes = figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0]
    for axis, face in zip(axes, faces, strict=False):
        _draw_strip(axis, summary, face.face)
        shares = face.shares(summary.labels)
        leader = max(shares, key=shares.__getitem__)
        axis.set_title(
            f"face {face.face}: {face.seconds:.1f} s, {leader} {shares[leader]:.0%} of them",
            fontsize=9,
            loc="left",
        )
    axes[-1].set_xlabel("seconds")
    axes[-1].set_xlim(0, max(summary.seconds, summary.timeline.step))
    more = len(summary.faces) - len(faces)
    if not faces:
        axes[0].text(0.5, 0.5, "no face", ha="center", va="center", transform=axes[0].transAxes)
        axes[0].set_yticks([])
    named = [Patch(color=_colour(index), label=name) for index, name in enumerate(summary.labels)]
    figure.legend(handles=named, loc="outside lower center", ncols=len(named), fontsize=8)
    figure.suptitle(f"{title} (and {more} more faces)" if more > 0 else title, fontsize=11)
    return figure


def _draw_strip(axis: Any, summary: Summary, face: int) -> None:
    line = summary.timeline.of(face)
    step = summary.timeline.step
    breaks = np.flatnonzero(np.diff(line.times) > _GAP * step) + 1
    for part in np.split(np.arange(len(line.times)), breaks):
        # Each step is as wide as it lasts, a single one too.
        edges = np.repeat(line.times[part], 2) + np.tile([-step / 2, step / 2], len(part))
        heights = np.repeat(line.probabilities[part], 2, axis=0)
        axis.stackplot(
            edges, heights.T, colors=[_colour(index) for index in range(len(summary.labels))]
        )
    axis.set_ylim(0, 1)
    axis.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"], fontsize=8)


def _colour(label: int) -> tuple[float, float, float]:
    red, green, blue = label_colour(label)
    return red / 255, green / 255, blue / 255
