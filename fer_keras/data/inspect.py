"""What a data set holds, in numbers and in pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fer_keras.data.face_data import FACE_SIZE, SPLITS, FaceData
from fer_keras.picture_file import write_picture
from fer_keras.replaced_outputs import replacing
from fer_keras.tables import TextTable

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


FACES = 96
SEED = 0
LISTING = ".inspect.json"
"""Which sheets of the folder are ours."""


def class_counts(data: FaceData) -> pd.DataFrame:
    """Faces of each class (rows) in each split (columns), int."""
    counts = {
        name: np.bincount(data.splits[name].labels, minlength=len(data.labels))
        for name in SPLITS
        if name in data.splits
    }
    return pd.DataFrame(counts, index=list(data.labels))


def class_table(data: FaceData) -> TextTable:
    """`class_counts` with shares of each split, for people."""
    counts = class_counts(data)
    total = counts.sum()
    rows = [
        [str(label), *(f"{row[name]:,}  {row[name] / max(total[name], 1):6.1%}" for name in counts)]
        for label, row in counts.iterrows()
    ]
    rows.append(["all", *(f"{total[name]:,}  {'':>6}" for name in counts)])
    return TextTable(["class", *map(str, counts)], rows, title=data.source)


def draw_contact_sheets(data: FaceData, folder: Path) -> list[Path]:
    """For each class a sheet of random faces, always the same, as PNG.

    Faces are of the training split, or of the first split where there is none. A class without
    faces gets no sheet. Sheets of another data set that lie there go.

    Args:
        data: the data.
        folder: where the sheets go; it is made.

    Returns:
        The files written.
    """
    name = next(name for name in SPLITS if name in data.splits)
    split = data.splits[name]
    random = np.random.default_rng(SEED)
    of_class = {
        number: members
        for number in range(len(data.labels))
        if len(members := np.flatnonzero(split.labels == number))
    }
    # A class name may be any folder's name; the number keeps two apart that lose a sign here.
    safe = [re.sub(r"[^\w-]+", "_", label)[:100] for label in data.labels]
    names = {number: f"{number}-{safe[number]}.png" for number in of_class}
    with replacing(folder, names.values(), LISTING):
        for number, members in of_class.items():
            some = np.sort(random.choice(members, min(FACES, len(members)), replace=False))
            title = f"{data.labels[number]}: {len(some):,} of {len(members):,} faces of {name}"
            sheet = contact_sheet(split.images[some], title)
            write_picture(sheet, folder / names[number])
    return [folder / sheet_name for sheet_name in names.values()]
