"""What a data set holds, in numbers and in pictures."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from fer_keras.data.contact_sheet import contact_sheet
from fer_keras.data.face_data import SPLITS, FaceData
from fer_keras.picture_file import write_picture
from fer_keras.replaced_outputs import replacing
from fer_keras.tables import TextTable

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
