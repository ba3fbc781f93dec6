"""Pictures, of files and others: the same pixels for training and for photos, in bounded memory.

The formats are named: Pillow opens whatever it knows by its content, and starts Ghostscript for a
`.jpg` that holds PostScript.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from fer_keras.errors import InputError
from fer_keras.files import reason, write_bytes

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
"""What is read; HEIF needs pillow-heif."""

SUFFIXES = (
    *(".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
    *(".avif", ".heic", ".heif"),
)
"""What is taken from a folder; a file that is named itself may be called anything."""

WHOLE = 50_000_000
"""Pixels up to which a picture is read as it is; a larger one is halved until it is no larger."""

LARGEST = 250_000_000
"""Pixels above which a picture is refused: its decoder would take over 1.5 GB."""

HUNGRY = {"WEBP": 100_000_000, "AVIF": 60_000_000, "HEIF": 100_000_000, "GIF": 100_000_000}
"""Formats whose decoders take several copies: 15 bytes a pixel of WebP, 21 of AVIF."""

_LIMITLESS = threading.Lock()


def read_picture(file: Path | IO[bytes]) -> Image.Image:
    """A picture of eight bits, turned as its EXIF says, transparency on white.

    Sixteen bits are scaled to eight. Of 32 bits and of floats the range counts: 0 to 1, 0 to 255,
    0 to 65,535, all 32 bits, or whatever the picture spans. Of an animation the first picture is
    taken.

    Args:
        file: a path, or an open file, in one of `FORMATS`.

    Returns:
        In mode L or RGB; of more than `WHOLE` pixels, halved (and halved again). Its
        `info["converted"]` says whether the file holds another mode.

    Raises:
        InputError: if it can't be read as a picture. The message is a reason without the name.
    """
    try:
        if isinstance(file, Path) and file.exists() and not file.is_file():  # pipes make us wait
            raise InputError("a folder, a pipe or a device, no file")
        with _open(file) as picture:
            most = min(LARGEST, HUNGRY.get(picture.format or "", LARGEST))
            if picture.width * picture.height > most:
                raise InputError(
                    f"{picture.width}x{picture.height} are too many pixels; make it smaller"
                )
            stored = picture.mode
            _mend_turned_tiff(picture)
            read = _plain(ImageOps.exif_transpose(_reduced(picture)))
            read.info["converted"] = stored != read.mode
            return read
    except UnidentifiedImageError as error:
        raise InputError(_why_unknown(file)) from error
    except InputError:
        raise
    # struct.error, zlib.error and whatever else the decoders of damaged files come upon
    except (Exception, MemoryError) as error:
        raise InputError(reason(error)) from error


def open_photo(path: Path | IO[bytes]) -> NDArray[np.uint8]:
    """A photo's pixels as `read_picture` gives them: turned upright, transparency on white.

    Args:
        path: of a file, or a file in memory.

    Returns:
        uint8, (height, width, 3), red, green, blue.

    Raises:
        InputError: if it can't be read as a picture.
    """
    try:
        return np.asarray(read_picture(path).convert("RGB"))
    except InputError as error:
        raise InputError(f"{path}: can't be read as a picture ({error})") from error


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


def write_picture(
    picture: Image.Image, path: Path, *, inputs: Iterable[Path] = (), **options: Any
) -> None:
    """Write a picture in the format that its suffix names, whole or not at all.

    It is encoded in memory: into a file Pillow writes what a full disk takes of it, and is content.

    Args:
        picture: any.
        path: its folder is made.
        inputs: what must not be overwritten.
        options: as Pillow's `save` has them.

    Raises:
        InputError: if `path` can't be written.
    """
    Image.init()
    encoded = io.BytesIO()
    picture.save(encoded, Image.EXTENSION[path.suffix.lower()], **options)
    write_bytes(path, encoded.getvalue(), inputs=inputs)


def _open(file: Path | IO[bytes]) -> Image.Image:
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()
    with _no_limit():  # nothing is decoded before the size is looked at
        Image.init()
        known = [name for name in FORMATS if name in Image.OPEN]
        return Image.open(file, formats=known)


@contextlib.contextmanager
def _no_limit() -> Iterator[None]:
    """Without Pillow's own limit, which is a global: one thread at a time.

    A number, never None: other threads' Pillow looks twice, and multiplies it by two in between.
    """
    with _LIMITLESS:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, sys.maxsize
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _mend_turned_tiff(picture: Any) -> None:
    """Undo what makes Pillow 13 read an uncompressed TIFF that is to be turned as noise.

    It swaps width and height before it decodes; only libtiff's decoder expects that.
    """
    if picture.format == "TIFF" and picture.tile and picture.tile[0][0] != "libtiff":
        picture._size = (
            max(tile[1][2] for tile in picture.tile),
            max(tile[1][3] for tile in picture.tile),
        )


def _reduced(picture: Image.Image) -> Image.Image:
    """Of no more than `WHOLE` pixels; JPEG is decoded smaller, others are shrunk at once."""
    factor = 1
    while picture.width * picture.height > WHOLE * factor**2:
        factor *= 2
    if factor == 1:
        return picture
    picture.draft(None, (picture.width // factor, picture.height // factor))
    with _no_limit():  # TIFF looks at it again; and two such pictures at once take twice the room
        picture.load()  # a TIFF turns itself here
    orientation = picture.getexif().get(0x0112, 1)
    while picture.width * picture.height > WHOLE:
        mode = picture.mode
        if mode in ("P", "1"):
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        picture = (
            Image.fromarray(np.asarray(picture)[::2, ::2])
            if mode.startswith("I;16")
            else picture.reduce(2)
        )
    picture.getexif()[0x0112] = orientation
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """Mode L or RGB."""
    if picture.mode in ("L", "RGB") and "transparency" not in picture.info:
        picture.load()
        return picture.copy()
    if picture.mode.startswith(("I", "F")):
        return Image.fromarray(_eight_bits(np.asarray(picture)))
    if picture.mode == "1":
        return picture.convert("L")
    if "A" in picture.getbands() or "a" in picture.mode or "transparency" in picture.info:
        grey = picture.mode in ("LA", "La")
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("L" if grey else "RGB")
    return picture.convert("RGB")


def _eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    if values.dtype.kind in "iu" and values.dtype.itemsize == 2:
        return ((values.astype(np.uint16).astype(np.uint32) + 128) // 257).astype(np.uint8)
    if values.dtype.kind == "i":
        unsigned = values.view(np.uint32)  # Pillow reads these as signed ones
        # Numbers about 0 that are signed indeed span all if they are taken for unsigned ones.
        values = values if _span(values) < _span(unsigned) / 2 else unsigned
    exact = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    least, most = float(exact.min()), float(exact.max())
    if values.dtype.kind == "f" and least >= 0 and most <= 1:
        least, most = 0.0, 1.0
    elif least >= 0 and most <= 255:
        least, most = 0.0, 255.0
    elif least >= 0 and most <= 65535:
        least, most = 0.0, 65535.0
    elif values.dtype.kind == "u" and most >= 2**31:
        least, most = 0.0, float(2**32 - 1)
    span = (most - least) or 1.0
    return np.rint((exact - least) * (255 / span)).astype(np.uint8)


def _span(values: NDArray[Any]) -> int:
    return int(values.max()) - int(values.min())


def _why_unknown(file: Path | IO[bytes]) -> str:
    with contextlib.suppress(OSError):
        start = _start_of(file) if isinstance(file, Path) else _start(file)
        if not start:
            return "the file is empty"
        if start[4:8] == b"ftyp" and start[8:11] in (b"hei", b"hev", b"mif", b"msf"):
            return "HEIC is read with pillow-heif: pip install 'fer-keras[heic]'"
    return f"not a picture, or none of {', '.join(FORMATS)}"


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return _start(file)


def _start(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(12)
