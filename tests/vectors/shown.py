"""Pictures and faces as test vectors hold them."""

from __future__ import annotations

import base64
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import Face

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"


def encode(picture: NDArray[np.uint8]) -> dict[str, Any]:
    """A picture (height, width) or (height, width, 3) as JSON."""
    return {
        "width": picture.shape[1],
        "height": picture.shape[0],
        "channels": 1 if picture.ndim == 2 else picture.shape[2],
        "zlib_base64": base64.b64encode(zlib.compress(picture.tobytes(), 9)).decode("ascii"),
    }


def photo() -> NDArray[np.uint8]:
    """A public-domain portrait, (256, 320, 3)."""
    from PIL import Image

    return np.asarray(Image.open(PHOTO).convert("RGB"))


def drawn(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """A coloured pattern of waves with hard edges, (height, width, 3)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [128 + 150 * np.sin(x * a + y * b + c) for a, b, c in rng.uniform(0.05, 0.8, (3, 3))]
    picture = np.clip(np.stack(waves, axis=2), 0, 255).astype(np.uint8)
    picture[height // 4 : height // 2, width // 3 : width // 2] = (250, 10, 60)
    return picture


def face_json(face: Face) -> dict[str, Any]:
    return {**asdict(face), "keypoints": [list(point) for point in face.keypoints]}
