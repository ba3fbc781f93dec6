"""The embedded data set: drawn faces with the shape and the splits of FER2013."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.drawn.expressions import (
    EVERYDAY,
    ActionUnit,
    Activations,
    Subtlety,
    activations,
)
from fer_keras.data.drawn.features import draw_lower_face, draw_upper_face
from fer_keras.data.drawn.head import draw_beard, draw_head
from fer_keras.data.drawn.identity import draw_identities
from fer_keras.data.drawn.occlusion import draw_occlusions, draw_over_faces, draw_watermarks
from fer_keras.data.drawn.photograph import canvas_of, draw_shots, draw_views, light, take
from fer_keras.data.face_data import FACE_SIZE, FaceData, Split, fingerprint
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.errors import InputError


@dataclass(frozen=True)
class Nuisances:
    """Strength of all that changes a picture but not its label; 0 is off, 1 as in the data set.

    The list is that of the FER2013 literature: viewpoint and scale, lighting, covered faces
    (glasses, hands, hair, watermarks), blur and noise.
    """

    view: float = 1
    lighting: float = 1
    occlusion: float = 1
    blur: float = 1
    noise: float = 1


IN_THE_WILD = Nuisances()
"""As in the data set."""

STUDIO = Nuisances(view=0, lighting=0, occlusion=0, blur=0, noise=0)
"""Straight ahead, evenly lit, uncovered, sharp."""


def draw(moves: Activations, rng: np.random.Generator, nuisances: Nuisances) -> NDArray[np.uint8]:
    """Draw a batch of people who move their faces in the given way.

    Args:
        moves: strength of each action unit, float32 (n, 1, 1) each.
        rng: chooses the people, poses, light and covers: the same whatever the moves are.
        nuisances: strengths of what disturbs.

    Returns:
        uint8 (n, 48, 48, 1), grey values 0 to 255.
    """
    n = len(moves[ActionUnit.JAW_DROP])
    who = draw_identities(rng, n)
    canvas = canvas_of(draw_views(rng, n, nuisances.view))
    over = draw_occlusions(rng, n, nuisances.occlusion)
    shot = draw_shots(rng, n, nuisances.lighting, nuisances.blur, nuisances.noise)

    face = draw_head(canvas, who, moves)
    draw_beard(canvas, who, face)
    draw_lower_face(canvas, who, moves)
    draw_upper_face(canvas, who, moves)
    draw_over_faces(canvas, who, over)
    light(canvas, shot, face)
    draw_watermarks(canvas, over)
    return take(canvas, shot, rng)


MOST = 10_000_000
"""Faces of a split; as many take 23 GB."""

BATCH = 32
"""Faces drawn together: enough to amortise numpy's calls, few enough to stay in the cache."""


def draw_faces(
    labels: NDArray[np.int64],
    seed: int | tuple[int, ...],
    *,
    subtlety: Subtlety = EVERYDAY,
    nuisances: Nuisances = IN_THE_WILD,
) -> NDArray[np.uint8]:
    """Draw one face per label.

    Face i depends on the seed, i, and its label, not on how many faces are drawn.

    Args:
        labels: int64 (n,), index into FER2013_LABELS.
        seed: not negative.
        subtlety: how far expressions stray from their prototypes; default as in the data set.
        nuisances: strengths of viewpoint, lighting and so on; default as in the data set.

    Returns:
        uint8 (n, 48, 48, 1), grey values 0 to 255.
    """
    faces = np.empty((len(labels), FACE_SIZE, FACE_SIZE, 1), np.uint8)
    key = seed if isinstance(seed, tuple) else (seed,)
    for start in range(0, len(labels), BATCH):
        some = labels[start : start + BATCH]
        # A last batch is filled up, so that its random numbers are those of a whole one.
        whole = np.zeros(BATCH, np.int64)
        whole[: len(some)] = some
        # Counted from 1, as a seed sequence doesn't tell (seed,) from (seed, 0).
        rng = np.random.default_rng((*key, start // BATCH + 1))
        moves = activations(whole, rng, subtlety)
        drawn = draw(moves, rng, nuisances)
        faces[start : start + BATCH] = drawn[: len(some)]
    return faces


def synthetic_data(
    train: int = 6000, validation: int = 1000, test: int = 1000, seed: int = 0
) -> FaceData:
    """The embedded data set, what `open_data("synthetic")` stands for.

    Args:
        train, validation, test: faces in each split, at least 1. The first n faces of a split are
            the same whatever its size; every run of 7 faces from the start has all 7 classes.
        seed: not negative; another seed, other faces.

    Raises:
        InputError: if a size or the seed is out of range.
    """
    sizes = {"train": train, "validation": validation, "test": test}
    for name, size in sizes.items():
        if size < 1:
            raise InputError(f"synthetic data: the {name} split needs at least 1 face, not {size}")
        if size > MOST:
            raise InputError(f"synthetic data: {size} faces in the {name} split; take {MOST:,}")
    if seed < 0:
        raise InputError(f"synthetic data: the seed must be 0 or more, not {seed}")
    splits = {
        name: _draw_split(size, (seed, number)) for number, (name, size) in enumerate(sizes.items())
    }
    return FaceData(
        labels=FER2013_LABELS,
        splits=splits,
        source="synthetic",
        fingerprint=fingerprint(FER2013_LABELS, splits),
        notes=(f"drawn by fer-keras, seed {seed}",),
    )


def _draw_split(size: int, seed: tuple[int, int]) -> Split:
    classes = len(FER2013_LABELS)
    rounds = -(-size // classes)
    every = np.tile(np.arange(classes, dtype=np.int64), (rounds, 1))
    labels = np.random.default_rng(seed).permuted(every, axis=1).ravel()[:size]
    return Split(images=draw_faces(labels, seed), labels=labels, rows=np.arange(size))
