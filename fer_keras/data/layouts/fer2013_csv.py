"""FER2013 as Kaggle gives it: a row a face, its pixels as 2,304 numbers in one cell.

`fer2013.csv` has the header `emotion,pixels,Usage`; `icml_face_data.csv` has
`emotion, Usage, pixels`, with blanks; `train.csv` has no `Usage` and is the training split. CK+
circulates in the same form as `ckextended.csv`, with contempt as 7. In messages rows are
counted as an editor shows lines: the header is 1.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.data.face_data import FACE_SIZE, Split
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.errors import InputError
from fer_keras.files import reason

USAGES = {"training": "train", "publictest": "validation", "privatetest": "test"}
PIXELS = FACE_SIZE * FACE_SIZE
CHUNK = 2000
"""Rows whose pixels are parsed together."""


def read_fer2013(
    content: bytes, source: str, labels: Sequence[str] = FER2013_LABELS
) -> dict[str, Split]:
    """The splits of a FER2013 table.

    Args:
        content: the CSV's bytes.
        source: its name, for messages.
        labels: what the numbers from 0 on mean.

    Returns:
        The splits that the table has, of train, validation and test; `rows` count from 0 without
        the header.

    Raises:
        InputError: naming the row, for whatever is not as FER2013 has it.
    """
    table = _read_table(content, source)
    # The line of each face in the file; blank lines are passed over.
    lines = table.index.to_numpy() + 2
    images = _images(table["pixels"].tolist(), lines, source)
    numbers = _labels(table["emotion"], lines, source, len(labels))
    if "usage" not in table:
        return {"train": Split(images, numbers, np.arange(len(table)))}
    usage = table["usage"].str.strip().str.lower().str.replace(" ", "")
    unknown = ~usage.isin(USAGES)
    if unknown.any():
        row = int(np.argmax(unknown))
        raise InputError(
            f"{source}, row {lines[row]}: Usage is {table['usage'].iloc[row]!r}; it must be "
            "Training, PublicTest or PrivateTest"
        )
    rows = np.arange(len(table))
    parts = {name: rows[(usage == word).to_numpy()] for word, name in USAGES.items()}
    return {
        name: Split(images[index], numbers[index], index)
        for name, index in parts.items()
        if len(index)
    }


def _read_table(content: bytes, source: str) -> pd.DataFrame:
    if not content.strip():
        raise InputError(f"{source}: the file is empty; download it again")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # more cells than columns
            table = pd.read_csv(
                io.BytesIO(content),
                dtype=str,
                skipinitialspace=True,
                keep_default_na=False,
                index_col=False,
                skip_blank_lines=False,
            ).fillna("")  # cells that a short row lacks
    except (pd.errors.ParserWarning, ValueError, OverflowError) as error:  # of parser and decoder
        raise InputError(f"{source}: not a CSV file of FER2013 ({reason(error)})") from error
    table.columns = table.columns.str.strip().str.lower()
    for column in ("emotion", "pixels", "usage"):
        # Pandas calls the same name once more `emotion.1`.
        if list(table.columns.str.removesuffix(".1")).count(column) > 1:
            raise InputError(f"{source}: two columns are called {column!r}; remove one")
    for column in ("emotion", "pixels"):
        if column not in table:
            if column == "emotion" and list(table.columns) == ["pixels"]:
                raise InputError(
                    f"{source}: only pixels, as in Kaggle's test.csv, whose labels were kept back; "
                    "take fer2013.csv or icml_face_data.csv"
                )
            raise InputError(
                f"{source}: no column {column!r}; the header must be emotion,pixels,Usage, "
                f"but it is {', '.join(table.columns[:5])[:80]!r}"
            )
    known = [column for column in ("emotion", "pixels", "usage") if column in table]
    table = table[(table[known] != "").any(axis=1)]
    if table.empty:
        raise InputError(f"{source}: a header and no rows; download it again")
    return table


def _labels(
    column: pd.Series[str], lines: NDArray[np.int64], source: str, classes: int
) -> NDArray[np.int64]:
    known = {str(index): index for index in range(classes)}
    labels = column.str.strip().map(known)
    if labels.isna().any():
        row = int(np.argmax(labels.isna()))
        raise InputError(
            f"{source}, row {lines[row]}: emotion is {column.iloc[row]!r}; it must be a number "
            f"from 0 to {classes - 1}"
        )
    return labels.to_numpy(dtype=np.int64)


def _images(cells: list[str], lines: NDArray[np.int64], source: str) -> NDArray[np.uint8]:
    """uint8, (n, 48, 48, 1)."""
    images = np.empty((len(cells), PIXELS), dtype=np.uint8)
    for start in range(0, len(cells), CHUNK):
        chunk = cells[start : start + CHUNK]
        values = _parse(chunk)
        if values is None:
            rows = [_row(cell, source, lines[start + row]) for row, cell in enumerate(chunk)]
            values = np.concatenate(rows)
        if values.min() < 0 or values.max() > 255:
            position = int(np.argmax((values < 0) | (values > 255)))
            raise InputError(
                f"{source}, row {lines[start + position // PIXELS]}: a pixel is "
                f"{values[position]}; grey values go from 0 to 255"
            )
        images[start : start + len(chunk)] = values.reshape(len(chunk), PIXELS)
    return images.reshape(-1, FACE_SIZE, FACE_SIZE, 1)


def _parse(cells: list[str]) -> NDArray[np.int64] | None:
    """The numbers of many cells at once; None where a cell is not 2,304 numbers, a blank between.

    Quick, but it can't tell which cell is wrong: `_row` does.
    """
    text = " ".join(cells)
    # Cells with too few and too many numbers could make up for each other: for all to have as many
    # blanks, the longer one must part two numbers by something else, such as a tab.
    if any(cell.count(" ") != PIXELS - 1 for cell in cells) or not text.isprintable():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy's word for "not a number"
        try:
            # 64 bits, so that a number too long for them is clipped, not wrapped into the range.
            values = np.fromstring(text, dtype=np.int64, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    return values if values.size == len(cells) * PIXELS else None


def _row(cell: str, source: str, row: int) -> NDArray[np.int64]:
    words = cell.split()
    if len(words) != PIXELS:
        raise InputError(
            f"{source}, row {row}: {len(words)} pixels; a face has {PIXELS} "
            f"({FACE_SIZE}x{FACE_SIZE}); the file may be cut off, download it again"
        )
    values = np.empty(PIXELS, dtype=np.int64)
    for position, word in enumerate(words):
        # Not int(): it takes "1_0" and figures of other scripts.
        if not (word.isascii() and word.removeprefix("-").isdigit() and len(word) < 10):
            raise InputError(
                f"{source}, row {row}: pixel {position + 1} is {word!r}; it must be a whole "
                "number from 0 to 255"
            )
        values[position] = int(word)
    return values
