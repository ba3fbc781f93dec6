"""Faces whose pixels are the same, all of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData


def pixel_groups(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Number the distinct faces.

    Args:
        images: uint8, (n, 48, 48, 1).

    Returns:
        int64, (n,): equal numbers for equal pixels, counted from 0 in order of first appearance.
    """
    numbers: dict[bytes, int] = {}
    return np.array(
        [numbers.setdefault(image.tobytes(), len(numbers)) for image in images], dtype=np.int64
    )


def exact_copies(
    data: FaceData, split: str, of: str | Iterable[str] = "train"
) -> NDArray[np.bool_]:
    """Which faces of a split are pixel for pixel in another: a model may know them by heart.

    Args:
        data: has both splits.
        split: whose faces are looked up.
        of: the split, or splits, in which they are looked up.

    Returns:
        bool, (n,), aligned with the rows of `split`.

    Raises:
        InputError: if `data` lacks one of the splits.
    """
    others = [of] if isinstance(of, str) else list(of)
    known = {image.tobytes() for other in others for image in data.split(other).images}
    return np.array(
        [image.tobytes() in known for image in data.split(split).images], dtype=np.bool_
    )
