"""Pictures in the forms in which people hold them: a path, bytes, a Pillow image, an array."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.faces.photo import open_photo


class _Encoded(io.BytesIO):
    """A file in memory, as error messages name it."""

    def __str__(self) -> str:
        return "picture"


def to_pixels(picture: Any) -> NDArray[np.uint8]:
    """The pixels of a picture, upright.

    Args:
        picture: a path; the bytes of a file; a Pillow image; or an array, uint8, (height, width),
            (height, width, 1) or (height, width, 3): grey, or red, green, blue.

    Returns:
        uint8, (height, width, 3), red, green, blue.

    Raises:
        InputError: if it is none of these, or can't be read.
    """
    if isinstance(picture, str | os.PathLike):
        return open_photo(Path(picture))
    if isinstance(picture, bytes | bytearray):
        return open_photo(_Encoded(picture))
    if isinstance(picture, np.ndarray):
        return _from_array(picture)
    if hasattr(picture, "save") and hasattr(picture, "getbands"):
        encoded = _Encoded()
        picture.save(encoded, "TIFF")  # any mode, with its EXIF, without loss
        encoded.seek(0)
        return open_photo(encoded)
    raise InputError(
        f"picture: a {type(picture).__name__}; give a path, bytes, a Pillow image or a uint8 array",
        "picture",
    )


def _from_array(array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype != np.uint8:
        raise InputError(f"picture: an array of {array.dtype}; give uint8, 0 to 255", "picture")
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3) or not array.size:
        raise InputError(
            f"picture: an array of shape {array.shape}; give (height, width), or with 1 or 3 "
            "channels",
            "picture",
        )
    return np.ascontiguousarray(np.broadcast_to(array, (*array.shape[:2], 3)))
