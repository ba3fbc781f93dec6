"""Photos with what was found drawn onto them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.faces.overlay import Mark, draw_overlay
from fer_keras.faces.photo import ANNOTATED, MARKED_SUFFIXES
from fer_keras.faces.photo_result import PhotoResult

_SOFTWARE = 0x0131


class Annotator:
    """Writes annotated copies into a folder; photos of one name from two folders get numbers.

    Args:
        folder: made if it is missing. It can't be one that a photo lies in: copies would replace
            the photos.
        photos: all that will be drawn.
        bars: draw them for every face; else for one that is alone.

    Raises:
        InputError: if the folder can't take them.
    """

    def __init__(self, folder: Path, photos: list[Path], *, bars: bool = False) -> None:
        for photo in photos:
            if photo.resolve().parent == folder.resolve():
                raise InputError(
                    f"annotate {folder}: {photo.name} lies in it and would be replaced; name "
                    "another folder",
                    argument="annotate",
                )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"annotate {folder}: {error.strerror}; name a folder", argument="annotate"
            ) from error
        self._folder = folder
        self.bars = bars
        self._taken: set[str] = set()

    def place(self, photo: Path) -> Path:
        """Where the photo's copy goes; another place each time."""
        return self._folder / self._free_name(photo)

    def draw(self, picture: NDArray[np.uint8], result: PhotoResult) -> Path:
        """Draw a copy of the picture as `draw_copy` does; the file written."""
        path = self.place(result.photo)
        draw_copy(picture, result, path, bars=self.bars)
        return path

    def _free_name(self, photo: Path) -> str:
        suffix = photo.suffix.lower() if photo.suffix.lower() in MARKED_SUFFIXES else ".png"
        name, number = f"{photo.stem}{suffix}", 1
        while name.lower() in self._taken:
            number += 1
            name = f"{photo.stem}-{number}{suffix}"
        self._taken.add(name.lower())
        return name


def draw_copy(
    picture: NDArray[np.uint8], result: PhotoResult, path: Path, *, bars: bool = False
) -> None:
    """Draw boxes and labels, of a single face bars too, onto a copy of the picture; write it.

    Args:
        picture: (height, width, 3), red, green, blue.
        result: what was found in it.
        path: written whole or not at all, without the photo's EXIF.
        bars: for every face; else for one that is alone.
    """
    from PIL import Image

    from fer_keras.picture_file import write_picture

    drawn = picture.copy()
    marks = []
    for found in result.faces:
        label, emotion, probability = result.answer(found)
        marks.append(Mark(found.face, f"{emotion} {probability:.0%}", label, found.probabilities))
    draw_overlay(drawn, marks, result.labels, bars=bars)
    mark = Image.Exif()
    mark[_SOFTWARE] = ANNOTATED
    write_picture(Image.fromarray(drawn), path, inputs=[result.photo], quality=90, exif=mark)
