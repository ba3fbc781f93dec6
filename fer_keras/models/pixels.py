"""Pictures in the forms in which people hold them, brought into the form that a model takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.face_pixels import GREY_WEIGHTS


def fit_pixels(images: NDArray[Any], height: int, width: int, channels: int) -> NDArray[np.float32]:
    """Bring pictures into a model's shape.

    Args:
        images: uint8 or float, values 0 to 255; (height, width), (height, width, channels) or
            (n, height, width[, channels]), with 1 (grey) or 3 (red, green, blue) channels.
        height: of the model's input, in pixels.
        width: of the model's input, in pixels.
        channels: 1 or 3. Colour becomes grey by `GREY_WEIGHTS`, rounded as a camera's grey is.

    Returns:
        float32, (n, height, width, channels), 0 to 255.

    Raises:
        InputError: if the shape is none of these, a value is not from 0 to 255, or floats end
            at 1.
    """
    faces = np.asarray(images)
    if faces.dtype.kind not in "uif":
        raise InputError(f"a picture of type {faces.dtype}; give uint8 or float, 0 to 255")
    if faces.ndim == 2 or (faces.ndim == 3 and faces.shape[0] == height and faces.shape[2] <= 4):
        faces = faces[None]
    if faces.ndim == 3:
        faces = faces[..., None]
    if faces.ndim != 4 or faces.shape[1:3] != (height, width) or faces.shape[3] not in (1, 3):
        raise InputError(
            f"a picture of shape {np.shape(images)} does not fit; give {height}x{width} pixels, "
            "grey or RGB, one or a batch"
        )
    whole = faces.dtype.kind in "ui"
    faces = faces.astype(np.float32)
    if not whole and faces.size and faces.max() <= 1:
        raise InputError(
            "float pictures with a maximum of 1 or less: give values from 0 to 255, not divided "
            "by 255"
        )
    if faces.size and not (faces.min() >= 0 and faces.max() <= 255):  # false for NaN, too
        raise InputError("pixel values must lie between 0 and 255")
    if faces.shape[3] == 3 and channels == 1:
        return np.round(faces @ np.array(GREY_WEIGHTS, np.float32))[..., None]
    if faces.shape[3] == 1 and channels == 3:
        return np.repeat(faces, 3, axis=3)
    return faces
