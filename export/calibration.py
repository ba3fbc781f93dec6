"""The representative dataset: the faces by which int8 rounds weights and sets ranges."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import Split
from fer_keras.errors import InputError

from .ranges import EACH_FACE


@dataclass(frozen=True)
class Calibration:
    """Which faces calibrate.

    Attributes:
        samples: how many.
        balanced: the same number of each class, as far as there are so many.
        seed: for the choice.
        ranges: where those of activations come from: one of `ranges.RANGES`.
        bias_correction: let the biases make up for the rounding of the weights.
    """

    samples: int = 200
    balanced: bool = True
    seed: int = 0
    ranges: str = EACH_FACE
    bias_correction: bool = True


def representative_faces(training: Split, calibration: Calibration) -> NDArray[np.uint8]:
    """Choose faces of the training split.

    The first is stretched to full contrast: the input's range is then 0 to 255 whatever faces were
    drawn, so that a raw pixel is its own quantised value.

    Returns:
        uint8, (samples or fewer, 48, 48, 1).

    Raises:
        InputError: if no sample is asked for, or there is no training face.
    """
    if calibration.samples < 1:
        raise InputError(
            f"samples {calibration.samples}: calibration needs 1 face or more", argument="samples"
        )
    if not len(training):
        raise InputError("the training split is empty; int8 needs faces of it to calibrate")
    random = np.random.default_rng(calibration.seed)
    order = random.permutation(len(training))
    if calibration.balanced:
        # The n-th face of each class comes before any (n+1)-th.
        rank = np.empty(len(order), dtype=np.int64)
        labels = training.labels[order]
        for label in np.unique(labels):
            rank[labels == label] = np.arange((labels == label).sum())
        order = order[np.argsort(rank, kind="stable")]
    faces = training.images[order[: calibration.samples]].copy()
    first = faces[0].astype(np.float32)
    spread = max(float(np.ptp(first)), 1.0)
    faces[0] = np.round((first - first.min()) / spread * 255).astype(np.uint8)
    if faces[0].max() < 255:  # a blank face
        faces[0].flat[0] = 255
    return faces


def calibration_fingerprint(faces: NDArray[np.uint8]) -> str:
    """Sha256 (hex) of the faces' pixels, in order."""
    return hashlib.sha256(np.ascontiguousarray(faces).tobytes()).hexdigest()
