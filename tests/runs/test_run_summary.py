from __future__ import annotations

import json
import shutil
from pathlib import Path

from fer_keras.data.face_data import FaceData
from fer_keras.models import Classifier
from fer_keras.runs.judge import write_run_summary


def test_a_run_gets_its_figures_and_pictures(
    trained_run: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(trained_run, run)
    before = {path.name for path in run.iterdir()}
    scores = write_run_summary(run, drawn_faces)

    split = drawn_faces.split("validation")
    named = Classifier(run / "best.keras").probabilities(split.images).argmax(1)
    figures = json.loads((run / "metrics.json").read_text())
    assert figures["split"] == "validation"
    assert figures["accuracy"]["value"] == scores.accuracy.value == (named == split.labels).mean()
    assert {path.name for path in run.iterdir()} - before == {
        "metrics.json",
        "confusion.png",
        "curves.png",
    }
