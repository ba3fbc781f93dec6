"""What a run folder says about its best model: metrics.json, confusion.png, curves.png."""

from __future__ import annotations

import json
from pathlib import Path

from fer_keras.data.face_data import FaceData
from fer_keras.evaluation.scores import Scores, score
from fer_keras.models import Classifier
from fer_keras.pictures.confusion import draw_confusion
from fer_keras.pictures.curves import draw_curves
from fer_keras.pictures.figure_file import save_figure
from fer_keras.runs.run_folder import RunFolder

SPLIT = "validation"
"""The split by which the epoch was chosen. The test split is for `fer-keras evaluate`, once."""


def write_run_summary(path: Path, data: FaceData) -> Scores:
    """Score the best model of a run and leave the figures and pictures in its folder.

    Args:
        path: a run folder with best.keras and history.csv.
        data: what the run was trained on; its validation split is used.

    Returns:
        The scores on the validation split.

    Raises:
        InputError: if the folder or the split is missing.
    """
    run = RunFolder(path)
    split = data.split(SPLIT)
    scores = score(
        Classifier(run.best_model).probabilities(split.images, data.labels), split, data.labels
    )
    figures = {"split": SPLIT, "fingerprint": data.fingerprint, **scores.to_json()}
    run.write_text("metrics.json", json.dumps(figures, indent=2) + "\n")
    title = f"{path.name}: {SPLIT}, {scores.accuracy.value:.1%} of {len(split):,} faces"
    save_figure(draw_confusion(scores.confusion, data.labels, title), path / "confusion.png")
    save_figure(draw_curves({path.name: run.read_history()}), path / "curves.png")
    return scores
