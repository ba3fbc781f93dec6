"""What is wrong with a data set: copies, near copies, contradicting labels, blank images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from fer_keras.data.duplicates import FLAT, near_pairs, pixel_groups
from fer_keras.data.face_data import SPLITS, FaceData
from fer_keras.data.inspect import pair_sheet
from fer_keras.tables import TextTable

KINDS = ("exact", "near", "mirrored", "blank", "not a face")


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes:
        findings: a row for each pair of copies and each single face. Columns: `finding` (one of
            `KINDS`), `split`, `row` (as in `Split.rows`), `label`; of pairs also `of_split`,
            `of_row`, `of_label`, the face that comes first in the order of `SPLITS`, and `detail`,
            the correlation of their fine structure (1 for exact copies); and `face`, `of_face`,
            positions of the faces when all splits are strung together. Three equal faces make two
            pairs.
        counts: how many faces of each split (columns) have or are what the index says.
        faces: how many faces each split has.
    """

    findings: pd.DataFrame
    counts: pd.DataFrame
    faces: dict[str, int]


def audit(
    data: FaceData,
    not_faces: Mapping[str, NDArray[np.bool_]] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Audit:
    """Look for what makes a data set's figures better or worse than they should be.

    Args:
        data: the data.
        not_faces: for each split bool, (n,), true where people saw no face; from
            `fer_keras.data.ferplus.not_faces`.
        progress: called now and then with the share that is done.
    """
    names = [name for name in SPLITS if name in data.splits]
    parts = [data.splits[name] for name in names]
    images = np.concatenate([part.images for part in parts])
    faces = pd.DataFrame(
        {
            "split": np.repeat(names, [len(part) for part in parts]),
            "row": np.concatenate([part.rows for part in parts]),
            "label": np.array(data.labels)[np.concatenate([part.labels for part in parts])],
            "group": pixel_groups(images),
        }
    )
    faces["blank"] = images.reshape(len(images), -1).std(axis=1) < FLAT
    if not_faces is not None:
        faces["not a face"] = np.concatenate([not_faces[name] for name in names])
    distinct = np.flatnonzero(~faces["group"].duplicated())
    near = near_pairs(images[distinct], progress)
    kinds = np.where(near.mirrored, "mirrored", "near")
    pairs = pd.concat(
        [
            _exact_pairs(faces),
            pd.DataFrame(
                {
                    "finding": kinds,
                    "face": distinct[near.second],
                    "of_face": distinct[near.first],
                    "detail": near.detail,
                }
            ),
        ],
        ignore_index=True,
    )
    return Audit(
        _findings(faces, pairs),
        _counts(faces, near.first, near.second, names),
        {name: len(part) for name, part in zip(names, parts, strict=True)},
    )


def _exact_pairs(faces: pd.DataFrame) -> pd.DataFrame:
    """Each face that repeats an earlier one, with the first of its kind."""
    first = faces.reset_index().groupby("group")["index"].transform("min").to_numpy()
    copies = np.flatnonzero(faces["group"].duplicated())
    return pd.DataFrame(
        {"finding": "exact", "face": copies, "of_face": first[copies], "detail": np.float32(1)}
    )


def _findings(faces: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    single = [
        pd.DataFrame({"finding": kind, "face": np.flatnonzero(faces[kind])})
        for kind in ("blank", "not a face")
        if kind in faces
    ]
    table = pd.concat([pairs, *single], ignore_index=True).astype({"of_face": "Int64"})
    described = faces[["split", "row", "label"]]
    table = table.join(described, on="face").join(described.add_prefix("of_"), on="of_face")
    table = table.astype({"of_row": "Int64"})
    order = ["finding", "split", "row", "label", "of_split", "of_row", "of_label", "detail"]
    return table[[*order, "face", "of_face"]]


def _counts(
    faces: pd.DataFrame,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    names: list[str],
) -> pd.DataFrame:
    """Answers per split. `first` and `second` pair groups: they are numbered by first appearance.

    A copy of a near copy is not followed further.
    """
    near_first = np.concatenate([first, second])
    near_second = np.concatenate([second, first])
    group = faces["group"].to_numpy()
    size = np.bincount(group)
    lines: dict[str, NDArray[np.bool_]] = {}
    for name in names:
        inside = (faces["split"] == name).to_numpy()
        members = np.bincount(group[inside], minlength=len(size))
        lines[f"have an exact copy in {name}"] = members[group] > inside
    for name in names:
        inside = (faces["split"] == name).to_numpy()
        present = np.bincount(group[inside], minlength=len(size)) > 0
        neighbour = np.zeros(len(size), dtype=bool)
        neighbour[near_first[present[near_second]]] = True
        lines[f"have a near copy in {name}"] = neighbour[group]
    label = faces["label"].astype("category").cat.codes.to_numpy()
    shows = np.zeros((len(size), label.max() + 1), dtype=bool)
    shows[group, label] = True
    around = shows.copy()
    np.logical_or.at(around, near_first, shows[near_second])
    exact_conflict = shows[group].sum(axis=1) > 1
    lines["have an exact copy with another label"] = exact_conflict
    lines["have a near copy with another label"] = around[group].sum(axis=1) > shows[group].sum(
        axis=1
    )
    for kind, line in (("blank", "are blank"), ("not a face", "are no face, says FER+")):
        if kind in faces:
            lines[line] = faces[kind].to_numpy()
    table = pd.DataFrame(lines).groupby(faces["split"].to_numpy()).sum().T
    return table[names]


def audit_table(found: Audit, title: str) -> TextTable:
    """The counts with shares of each split, for people."""
    rows = [
        [
            str(question),
            *(
                f"{row[name]:,}  {row[name] / max(faces, 1):6.1%}"
                for name, faces in found.faces.items()
            ),
        ]
        for question, row in found.counts.iterrows()
    ]
    columns = [f"{name} ({faces:,})" for name, faces in found.faces.items()]
    return TextTable(["faces that", *columns], rows, title=title)


EXAMPLES = 7
SEED = 0

_PAIRS = {"exact": "exact copies", "near": "near copies", "mirrored": "mirrored copies"}


def draw_audit(found: Audit, data: FaceData) -> Image.Image:
    """A strip of random examples, always the same, for each kind of finding that there is.

    Near copies are also shown at their least certain, since there the threshold shows.
    """
    images = np.concatenate([data.splits[name].images for name in SPLITS if name in data.splits])
    table = found.findings
    strips = []
    for kind, title in _PAIRS.items():
        pairs = table[table["finding"] == kind]
        across = pairs[pairs["split"] != pairs["of_split"]]
        disagree = pairs[pairs["label"] != pairs["of_label"]]
        for chosen, what in (
            (pairs, title),
            (across, f"{title} across splits"),
            (disagree, f"{title} with different labels"),
        ):
            strips.append((f"{what}: {len(chosen):,} pairs", _some(chosen)))
        if kind != "exact":
            strips.append((f"{title}, the least certain", pairs.nsmallest(EXAMPLES, "detail")))
    for kind, title in (("blank", "blank pictures"), ("not a face", "no face, says FER+")):
        rows = table[table["finding"] == kind]
        strips.append((f"{title}: {len(rows):,}", _some(rows)))
    return pair_sheet(
        [
            (title, [_example(row, images) for _, row in rows.iterrows()])
            for title, rows in strips
            if len(rows)
        ],
        EXAMPLES,
    )


def _some(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sample(min(EXAMPLES, len(rows)), random_state=SEED)


def _example(
    row: pd.Series[object], images: NDArray[np.uint8]
) -> tuple[list[NDArray[np.uint8]], str]:
    face = images[int(str(row["face"]))]
    if pd.isna(row["of_face"]):
        return [face], f"{row['label']} ({row['split']})"
    return [images[int(str(row["of_face"]))], face], f"{row['of_label']} / {row['label']}"
