"""What happens to faces between a phone's lens and a model, each at five strengths.

The way of ImageNet-C (Hendrycks and Dietterich, Benchmarking Neural Network Robustness to Common
Corruptions and Perturbations, 2019), with strengths for faces of 48 pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Faces = NDArray[np.uint8]

STRENGTHS = 5


def _blur(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    import cv2

    sigma = (0.5, 0.8, 1.1, 1.5, 2.0)[strength]
    return _uint8(cv2.GaussianBlur(face, (0, 0), sigma))


def _motion(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    import cv2

    length = (3, 5, 7, 9, 11)[strength]
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    centre = ((length - 1) / 2, (length - 1) / 2)
    turn = cv2.getRotationMatrix2D(centre, float(rng.uniform(0, 180)), 1)
    kernel = cv2.warpAffine(line, turn, (length, length))
    return _uint8(cv2.filter2D(face, -1, kernel / kernel.sum()))


def _noise(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    sigma = (6, 12, 18, 26, 36)[strength]
    return _uint8(face + rng.normal(0, sigma, face.shape))


def _low_light(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    light = (0.6, 0.4, 0.25, 0.15, 0.08)[strength]
    return _uint8(face * light + rng.normal(0, 2, face.shape))  # and the sensor's grain stays


def _jpeg(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    import cv2

    quality = (50, 30, 20, 12, 7)[strength]
    packed = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    opened: Faces = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return opened


def _resolution(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    import cv2

    side = (40, 32, 24, 18, 14)[strength]
    small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
    return _uint8(cv2.resize(small, face.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _turn(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    angle = (8, 15, 25, 35, 45)[strength] * rng.choice((-1, 1))
    return _warp(face, float(angle), 1.0)


def _occlusion(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    side = round(face.shape[0] * math.sqrt((0.05, 0.1, 0.15, 0.2, 0.3)[strength]))
    x, y = rng.integers(0, face.shape[0] - side + 1, 2)
    covered = face.copy()
    covered[y : y + side, x : x + side] = rng.integers(0, 256)
    return covered


def _loose_crop(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    return _warp(face, 0.0, 1 / (1.1, 1.2, 1.35, 1.5, 1.75)[strength])


CORRUPTIONS: dict[str, Callable[[Faces, int, np.random.Generator], Faces]] = {
    "blur": _blur,
    "motion": _motion,
    "noise": _noise,
    "low light": _low_light,
    "jpeg": _jpeg,
    "resolution": _resolution,
    "turn": _turn,
    "occlusion": _occlusion,
    "loose crop": _loose_crop,
}
"""By name; `resolution` is 40, 32, 24, 18 and 14 pixels, `turn` 8 to 45 degrees to either side."""


def corrupt(images: Faces, name: str, strength: int, seed: int = 0) -> Faces:
    """Every face changed in one way.

    Args:
        images: uint8 (n, side, side, 1), grey values 0 to 255.
        name: a key of `CORRUPTIONS`.
        strength: 1 (weak) to 5 (strong).
        seed: of noise, directions and places; the same for every model.

    Returns:
        uint8, of the same shape.

    >>> corrupt(np.full((1, 48, 48, 1), 200, np.uint8), "low light", 5).mean() < 20
    np.True_
    """
    rng = np.random.default_rng((seed, list(CORRUPTIONS).index(name), strength))
    change = CORRUPTIONS[name]
    return np.stack([change(face[..., 0], strength - 1, rng) for face in images])[..., None]


def _warp(face: Faces, angle: float, scale: float) -> Faces:
    """Turned (degrees) and scaled about the middle; the edge goes on beyond the picture."""
    import cv2

    side = face.shape[0]
    centre = ((side - 1) / 2, (side - 1) / 2)
    matrix = cv2.getRotationMatrix2D(centre, angle, scale)
    return _uint8(cv2.warpAffine(face, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE))


def _uint8(values: NDArray[np.generic]) -> Faces:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
