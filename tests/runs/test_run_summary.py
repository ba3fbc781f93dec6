from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
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


def test_a_model_that_is_not_the_runs_own_is_not_judged(
    trained_run: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    with (
        zipfile.ZipFile(trained_run / "best.keras") as own,
        zipfile.ZipFile(tmp_path / "best.keras", "w") as other,
    ):
        for member in own.namelist():
            content = own.read(member)
            if member == "labels.txt":  # as many outputs, in another order
                content = "".join(f"{label}\n" for label in drawn_faces.labels[::-1]).encode()
            other.writestr(member, content)
    with pytest.raises(InputError, match=r"best\.keras: its labels are .*put the run's own"):
        write_run_summary(tmp_path, drawn_faces)
    assert [path.name for path in tmp_path.iterdir()] == ["best.keras"]
