"""Photos: which files are meant, and their pixels."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
"""What is taken from a folder; a file that is named itself may be called anything."""


def find_photos(arguments: Iterable[str]) -> list[Path]:
    """The photos meant by files, folders (and theirs) and glob patterns, each once.

    Args:
        arguments: as the user gave them. A path that exists is never read as a pattern.

    Raises:
        InputError: if an argument means no photo.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        path = Path(argument)
        if path.is_dir():
            paths = _photos_below(path)
        elif path.exists():
            paths = [path]
        else:
            # Path.glob takes no absolute patterns, and users write them.
            matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207
            paths = [Path(match) for match in matches if Path(match).is_file()]
        if not paths:
            what = "no photos in it" if path.is_dir() else "no such file, folder or pattern"
            raise InputError(f"{argument}: {what} (looked for {', '.join(PHOTO_SUFFIXES)})")
        found.update(dict.fromkeys(paths))
    return list(found)


def _photos_below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in PHOTO_SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def open_photo(path: Path | BinaryIO) -> NDArray[np.uint8]:
    """A photo's pixels, turned as its EXIF says; transparency becomes white.

    Args:
        path: of a file, or a file in memory.

    Returns:
        uint8, (height, width, 3), red, green, blue.

    Raises:
        InputError: if it can't be read as a picture.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as file:
            picture = ImageOps.exif_transpose(file)
            if picture.mode.startswith("I;16"):  # convert() would clip 16 bits instead of scaling
                picture = Image.fromarray((np.asarray(picture) // 257).astype(np.uint8))
            if "A" in picture.getbands() or "transparency" in picture.info:
                picture = picture.convert("RGBA")
                paper = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(paper, picture)
            return np.asarray(picture.convert("RGB"))
    except UnidentifiedImageError as error:
        raise InputError(
            f"{path}: not a picture, or one of a kind that Pillow can't read"
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: can't be read as a picture ({reason[:200]})") from error
