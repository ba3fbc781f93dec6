"""Pictures as faces: grey, 48x48."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from fer_keras.data.face_data import FACE_SIZE
from fer_keras.errors import InputError

LARGEST_IMAGE = 50_000_000
"""Pixels; above it a picture is taken for a decompression bomb."""


def read_faces(paths: Sequence[Path], source: str, folder: Path) -> tuple[NDArray[np.uint8], int]:
    """uint8, (n, 48, 48, 1), and how many had to be converted."""

    def read(path: Path) -> tuple[NDArray[np.uint8], bool]:
        return _read_face(path, lambda: f"{source}: {path.relative_to(folder)}")

    with _bombs_are_errors(), ThreadPoolExecutor() as pool:
        faces = list(pool.map(read, paths))
    images = np.stack([face for face, _ in faces])
    return images, sum(converted for _, converted in faces)


@contextmanager
def _bombs_are_errors() -> Iterator[None]:
    """Pillow only warns of pictures between one and two times its limit. Not for use in threads."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def read_face(path: Path) -> tuple[NDArray[np.uint8], bool]:
    """A picture as a face: grey, 48x48.

    Args:
        path: a picture in a format that Pillow reads; its EXIF rotation is honoured.

    Returns:
        uint8, (48, 48, 1), and whether it had to be converted or resized.

    Raises:
        InputError: if it can't be decoded, or is larger than `LARGEST_IMAGE`.
    """
    with _bombs_are_errors():
        return _read_face(path, lambda: str(path))


def _read_face(path: Path, title: Callable[[], str]) -> tuple[NDArray[np.uint8], bool]:
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > LARGEST_IMAGE:
                raise InputError(
                    f"{title()}: {picture.width}x{picture.height} pixels are too many for a face; "
                    "make it smaller"
                )
            plain = picture.mode == "L" and picture.size == (FACE_SIZE, FACE_SIZE)
            if plain:
                face = picture.copy()
            else:
                face = _grey(ImageOps.exif_transpose(picture))
                face = face.resize(
                    (FACE_SIZE, FACE_SIZE),
                    Image.Resampling.BOX
                    if min(picture.size) >= 2 * FACE_SIZE
                    else Image.Resampling.BICUBIC,
                )
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{title()}: can't be decoded as an image ({reason}); remove or replace it"
        ) from error
    return np.asarray(face, dtype=np.uint8)[..., None], not plain


def _grey(picture: Image.Image) -> Image.Image:
    """Eight bits; Pillow would cut 16 bits off at 255 instead of scaling them."""
    if picture.mode.startswith("I"):
        return Image.fromarray((np.asarray(picture, dtype=np.int64) >> 8).clip(0, 255).astype("u1"))
    return picture.convert("L")
