"""Examples of what an audit found, to see whether it is right."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from fer_keras.data.audit import Audit
from fer_keras.data.contact_sheet import pair_sheet
from fer_keras.data.face_data import SPLITS, FaceData

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
