"""What shipped files are worth on each split, measured from the files themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.duplicates import exact_copies
from fer_keras.data.face_data import FaceData
from fer_keras.evaluation.human_uncertainty import compare_with_humans
from fer_keras.evaluation.scores import compare, score
from fer_keras.models import Classifier

JUDGED = ("test", "validation")
"""In the order in which cards give them; a split that the data lacks is left out."""


def shipped_files(folder: Path, name: str) -> list[Path]:
    """The files of one model: `<name>.keras`, then each `<name>-<format>[-rgb].tflite`."""
    forms = ("float16", "int8", "int8-rgb")
    found = [folder / f"{name}.keras", *(folder / f"{name}-{form}.tflite" for form in forms)]
    return [file for file in found if file.is_file()]


def judge(
    folder: Path,
    name: str,
    data: FaceData,
    majority: FaceData | None = None,
    rows: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Judge every file of a model on every split of `JUDGED` that the data has.

    Args:
        folder: holds the files.
        name: of the model.
        data: with the labels that the model was trained on.
        majority: for a model of FER+'s shares: those of the faces on which annotators agree, with
            their majority for label. Accuracy is measured on these.
        rows: faces of each split before FER+'s rules dropped some; None for other labels.

    Returns:
        Plain JSON values: `splits` with the faces, the exact copies of training faces and the rows
        of each, and `files` with the bytes, the hash and the figures on each split of each.
    """
    judged = majority or data
    names = [split for split in JUDGED if split in data.splits and len(judged.split(split))]
    copies = {split: _copies(data, judged, split) for split in names}
    files = shipped_files(folder, name)
    reference = {split: _answers(files[0], data, split) for split in names}
    return {
        "splits": {
            split: {
                "faces": len(judged.split(split)),
                "copies": int(copies[split].sum()),
                "rows": None if rows is None else int(rows[split]),
                "shares": None if majority is None else len(data.split(split)),
            }
            for split in names
        },
        "files": {
            file.name: {
                "bytes": file.stat().st_size,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
                "splits": {
                    split: _figures(
                        _answers(file, data, split), reference[split], data, judged, split, copies
                    )
                    for split in names
                },
            }
            for file in files
        },
    }


def _copies(data: FaceData, judged: FaceData, split: str) -> NDArray[np.bool_]:
    kept = np.isin(data.split(split).rows, judged.split(split).rows)
    return exact_copies(data, split)[kept]


def _answers(file: Path, data: FaceData, split: str) -> NDArray[np.float32]:
    return Classifier(file).probabilities(data.split(split).images, data.labels)


def _figures(
    probabilities: NDArray[np.float32],
    reference: NDArray[np.float32],
    data: FaceData,
    judged: FaceData,
    name: str,
    copies: Mapping[str, NDArray[np.bool_]],
) -> dict[str, Any]:
    split, wanted = data.split(name), judged.split(name)
    kept = np.isin(split.rows, wanted.rows)
    found = {
        **score(probabilities[kept], wanted, judged.labels, copies[name]).to_json(),
        "against_keras": compare(probabilities[kept], reference[kept], wanted).to_json(),
    }
    humans = compare_with_humans(probabilities, split) if judged is not data else None
    if humans is not None:
        pearson, spearman = humans.entropy_correlations()
        found["votes"] = {
            "difference": float(np.abs(humans.probabilities - humans.shares).mean()),
            "correlation": humans.probability_correlation(),
            "entropy_correlation": pearson,
            "entropy_rank_correlation": spearman,
        }
    return found
