"""Many faces on one picture, to look through a class at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fer_keras.data.face_data import FACE_SIZE

SCALE = 2
"""Screen pixels for a face's pixel: faces of 48 pixels are too small to look at."""

SIDE = FACE_SIZE * SCALE
GAP = 6
LINE = 18
"""Height of a line of text."""


def contact_sheet(images: NDArray[np.uint8], title: str, columns: int = 12) -> Image.Image:
    """Faces in a grid, row by row, under a title.

    Args:
        images: uint8, (n, 48, 48, 1).
        title: the line above them.
        columns: faces in a row.
    """
    rows = max(1, -(-len(images) // columns))
    top = LINE + 2 * GAP
    sheet = Image.new("L", (columns * (SIDE + GAP) + GAP, top + rows * (SIDE + GAP)), 255)
    _write(sheet, GAP, GAP, title)
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        sheet.paste(_enlarged(image), (GAP + column * (SIDE + GAP), top + row * (SIDE + GAP)))
    return sheet


def pair_sheet(
    strips: Sequence[tuple[str, Sequence[tuple[Sequence[NDArray[np.uint8]], str]]]],
    columns: int = 7,
) -> Image.Image:
    """A strip of examples under each title; an example is one or two faces and a caption.

    Args:
        strips: title and examples; an example is its faces, uint8 (48, 48, 1), and its caption.
        columns: examples in a strip; further ones are left out.
    """
    cell = 2 * SIDE + 3 * GAP
    height = SIDE + 2 * LINE + 4 * GAP
    sheet = Image.new("L", (columns * cell + GAP, max(1, len(strips)) * height), 255)
    for number, (title, examples) in enumerate(strips):
        top = number * height + GAP
        _write(sheet, GAP, top, title)
        for column, (faces, caption) in enumerate(examples[:columns]):
            left = GAP + column * cell
            for position, face in enumerate(faces):
                sheet.paste(_enlarged(face), (left + position * SIDE, top + LINE + GAP))
            _write(sheet, left, top + LINE + SIDE + GAP + 2, caption)
    return sheet


def _enlarged(image: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(image[..., 0]).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def _write(sheet: Image.Image, left: int, top: int, text: str) -> None:
    ImageDraw.Draw(sheet).text((left, top), text, fill=0, font=ImageFont.load_default(14))
