"""FER+ (Barsoum et al. 2016): ten annotators' votes for each face of FER2013, in the same order."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.data.archive import read_csv_bytes
from fer_keras.data.face_data import FaceData, Split, fingerprint
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS, canonical_emotion
from fer_keras.errors import InputError
from fer_keras.files import check_input_file, reason

COLUMNS = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
MODES = ("majority", "distribution")
LEAST_AGREEMENT = 0.4
ENOUGH_ROWS = 1000
USAGES = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}


def read_votes(path: Path) -> pd.DataFrame:
    """The table of votes.

    Returns:
        Columns `split` and `COLUMNS` (int), a row for each row of FER2013.

    Raises:
        InputError: if the file can't be read, lacks a column, or a vote is no number from 0 to 10.
    """
    table = _read_table(path)
    for column in ("Usage", *COLUMNS):
        if column not in table:
            raise InputError(
                f"ferplus {path}: no column {column!r}; expected fer2013new.csv as its authors "
                "give it",
                "ferplus",
            )
    votes = table[list(COLUMNS)].apply(pd.to_numeric, errors="coerce")
    wrong = votes.isna() | (votes < 0) | (votes > 10) | (votes % 1 != 0)
    if wrong.to_numpy().any():
        row = int(np.argmax(wrong.any(axis=1)))
        raise InputError(
            f"ferplus {path}, row {row + 2}: votes must be whole numbers from 0 to 10",
            "ferplus",
        )
    split = table["Usage"].map(USAGES)
    if split.isna().any():
        row = int(np.argmax(split.isna()))
        raise InputError(
            f"ferplus {path}, row {row + 2}: Usage is {table['Usage'].iloc[row]!r}; it must be "
            "Training, PublicTest or PrivateTest",
            "ferplus",
        )
    return votes.astype(int).assign(split=split)


def _read_table(path: Path) -> pd.DataFrame:
    """The table as text and numbers, packed or not; each name stands for one column."""
    try:
        check_input_file(path)
        content = read_csv_bytes(path)
    except (InputError, OSError) as error:
        raise InputError(f"ferplus {reason(error)}", "ferplus") from error
    if content is None:
        raise InputError(f"ferplus {path}: holds pictures, no table", "ferplus")
    try:
        table = pd.read_csv(io.BytesIO(content), keep_default_na=False)
    except (ValueError, OverflowError, MemoryError) as error:  # of its parser and its decoder
        raise InputError(f"ferplus {path}: not a CSV file ({reason(error)})", "ferplus") from error
    table.columns = table.columns.astype(str).str.strip()
    names = table.columns.str.casefold().str.removesuffix(".1")  # pandas' for the same once more
    if names.duplicated().any():
        twice = table.columns[names.duplicated()][0].removesuffix(".1")
        raise InputError(f"ferplus {path}: two columns are called {twice!r}; remove one", "ferplus")
    return table


def rows_of_splits(path: Path) -> dict[str, int]:
    """How many faces the table has votes for, of each split, before any is dropped.

    Raises:
        InputError: as `read_votes`.
    """
    return {
        str(split): int(rows) for split, rows in read_votes(path)["split"].value_counts().items()
    }


def without_outliers(votes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Single votes count as slips and are dropped (Barsoum et al. 2016, section 3)."""
    return np.where(votes <= 1, 0, votes)


def majority(cleaned: NDArray[np.int64]) -> NDArray[np.int64]:
    """The paper's MV: for each row of votes what has more than half of them, or -1."""
    agreed = cleaned.max(axis=1) * 2 > cleaned.sum(axis=1)
    return np.where(agreed, cleaned.argmax(axis=1), -1)


def attach_votes(data: FaceData, path: Path) -> FaceData:
    """Give each face of FER2013 its votes; labels and faces stay as they are.

    `Split.votes` are the votes for the data's own labels, without outliers; a face whose annotators
    saw none of them has a row of zeros.

    Raises:
        InputError: if the rows don't match.
    """
    table = _joined(data, path)
    cleaned = without_outliers(table[list(COLUMNS)].to_numpy())
    ours = _for_labels(cleaned, data.labels).astype(np.float32)
    splits = {
        name: dataclasses.replace(split, votes=ours[split.rows])
        for name, split in data.splits.items()
    }
    return _changed(data, splits, f"FER+ votes attached from {path.name}")


def relabel(data: FaceData, path: Path, mode: str) -> FaceData:
    """Replace FER2013's labels by FER+'s eight: its seven and contempt.

    Faces are dropped that annotators did not take for one ("NF"), and those whose majority is
    unknown. `majority` (the paper's MV) keeps the faces where one class has more than half of the
    votes left, and labels them with it. `distribution` (its PLD) keeps every other face with votes
    for an emotion; targets are their shares, the label the largest.

    Raises:
        InputError: if the rows don't match or the mode is unknown.
    """
    if mode not in MODES:
        raise InputError(f"ferplus_mode {mode}: take one of {', '.join(MODES)}", "ferplus_mode")
    table = _joined(data, path)
    cleaned = without_outliers(table[list(COLUMNS)].to_numpy())
    ours = _for_labels(cleaned, EMOTIONS).astype(np.float32)
    emotions = len(EMOTIONS)  # stand before unknown and NF
    if mode == "majority":
        winner = majority(cleaned)
        keep = (winner >= 0) & (winner < emotions)
    else:
        keep = (cleaned.argmax(axis=1) < emotions) & (ours.sum(axis=1) > 0)
    labels = ours.argmax(axis=1).astype(np.int64)
    shares = ours / np.maximum(ours.sum(axis=1, keepdims=True), 1)
    splits, dropped = {}, 0
    for name, split in data.splits.items():
        kept = split.take(keep[split.rows])
        dropped += len(split) - len(kept)
        splits[name] = dataclasses.replace(
            kept,
            labels=labels[kept.rows],
            targets=shares[kept.rows] if mode == "distribution" else None,
            votes=ours[kept.rows],
        )
    note = f"FER+ {mode} labels; {dropped:,} faces dropped (no face, or no emotion wins)"
    return _changed(dataclasses.replace(data, labels=EMOTIONS), splits, note)


def not_faces(data: FaceData, path: Path) -> dict[str, NDArray[np.bool_]]:
    """For each split bool, (n,): where "not a face" has more votes than anything else.

    Raises:
        InputError: if the rows don't match.
    """
    table = _joined(data, path)
    cleaned = without_outliers(table[list(COLUMNS)].to_numpy())
    no_face = cleaned.argmax(axis=1) == COLUMNS.index("NF")
    return {name: no_face[split.rows] for name, split in data.splits.items()}


def _joined(data: FaceData, path: Path) -> pd.DataFrame:
    """The votes for the data's rows, checked against its splits."""
    if data.labels != FER2013_LABELS:
        raise InputError(
            f"ferplus {path}: FER+ has votes for FER2013's faces only, not for {data.source}",
            "ferplus",
        )
    table = read_votes(path)
    rows = sum(len(split) for split in data.splits.values())
    # A FER2013 file may stop after PublicTest: the table's first two parts are enough for it.
    wanted = table[table["split"].isin(data.splits)] if "test" not in data.splits else table
    if len(wanted) != rows:
        raise InputError(
            f"ferplus {path}: {len(wanted):,} rows for {rows:,} faces of {data.source}; "
            "both must be FER2013 in its original order",
            "ferplus",
        )
    for name, split in data.splits.items():
        if (len(split) and split.rows.max() >= len(table)) or (
            table["split"].iloc[split.rows] != name
        ).any():
            raise InputError(
                f"ferplus {path}: its {name} rows are not those of {data.source}; both must be "
                "FER2013 in its original order",
                "ferplus",
            )
    _check_order(data, table, path)
    return table


def _check_order(data: FaceData, table: pd.DataFrame, path: Path) -> None:
    """Refuse faces in another order, such as those of an image folder, sorted by class.

    FER2013's label is FER+'s favourite for 64 % of the faces; for 18 % with the faces shuffled.
    """
    favourite = _for_labels(table[list(COLUMNS)].to_numpy(), data.labels).argmax(axis=1)
    agree = [split.labels == favourite[split.rows] for split in data.splits.values()]
    share = float(np.concatenate(agree).mean())
    if len(table) >= ENOUGH_ROWS and share < LEAST_AGREEMENT:
        raise InputError(
            f"ferplus {path}: its votes agree with {share:.0%} of the labels of {data.source}, "
            "so the faces are not in FER2013's original order; give the CSV file, not a folder",
            "ferplus",
        )


def _for_labels(votes: NDArray[np.int64], labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Columns in the order of `labels`."""
    order = {canonical_emotion(name): index for index, name in enumerate(COLUMNS)}
    return votes[:, [order[label] for label in labels]]


def _changed(data: FaceData, splits: dict[str, Split], note: str) -> FaceData:
    return dataclasses.replace(
        data,
        splits=splits,
        fingerprint=fingerprint(data.labels, splits),
        notes=(*data.notes, note),
    )
