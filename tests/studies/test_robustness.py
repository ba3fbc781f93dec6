"""Faces blurred, darkened, turned, covered, and what models say of them."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models import Classifier
from fer_keras.studies.robustness import CORRUPTIONS, STRENGTHS, corrupt, study_robustness

DRAWN_BY_LOT = {"motion", "noise", "low light", "turn", "occlusion"}
"""Changes with a direction, a place or noise of their own for each face."""


@pytest.fixture(scope="module")
def faces(drawn_faces: FaceData) -> np.ndarray:
    return drawn_faces.split("validation").images[:120]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_strength_changes_faces_more(faces: np.ndarray, name: str) -> None:
    before = faces.copy()
    changed = [corrupt(faces, name, strength) for strength in range(1, STRENGTHS + 1)]
    np.testing.assert_array_equal(faces, before)
    assert all(some.shape == faces.shape and some.dtype == np.uint8 for some in changed)
    changes = [float(np.abs(some.astype(float) - faces).mean()) for some in changed]
    assert changes[0] > 0.3
    assert all(more > less for less, more in itertools.pairwise(changes)), changes


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_the_same_faces_change_in_the_same_way(faces: np.ndarray, name: str) -> None:
    some = faces[:20]
    first, again, other = (corrupt(some, name, 3, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.array_equal(first, other) == (name not in DRAWN_BY_LOT)


def test_changes_are_those_that_they_are_called(faces: np.ndarray) -> None:
    dark = corrupt(faces, "low light", 5)
    assert dark.mean() < 0.2 * faces.mean()
    fine = [
        np.abs(np.diff(some.astype(float), axis=2)).mean()
        for some in (faces, corrupt(faces, "blur", 5), corrupt(faces, "noise", 5))
    ]
    assert fine[1] < 0.7 * fine[0] < 0.7 * fine[2]
    grey = np.full((40, 48, 48, 1), 90, np.uint8)
    covered = (corrupt(grey, "occlusion", 5) != 90).mean((1, 2, 3))
    assert 0.25 < np.median(covered) < 0.35
    square = np.zeros((1, 48, 48, 1), np.uint8)
    square[:, 16:32, 16:32] = 255
    assert 0.25 < corrupt(square, "loose crop", 5).sum() / square.sum() < 0.4  # 1 / 1.75 squared


def test_all_models_are_asked_about_the_same_faces(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, tmp_path: Path
) -> None:
    judged = drawn_faces.split("validation").take(slice(0, 60))
    data = FaceData(drawn_faces.labels, {"validation": judged}, "sixty", "sixty")
    model = exported[0] / "tiny-float32.tflite"
    rows = study_robustness(
        [str(exported[0] / "tiny-int8.tflite"), str(model)],
        data,
        tmp_path,
        peer=model,
        peer_range=(0, 255),
        report=lambda line: None,
    )
    names = ["tiny-int8", "tiny-float32", "tiny-float32 (peer)"]
    conditions = 1 + len(CORRUPTIONS) * STRENGTHS
    assert [row.model for row in rows] == names * conditions
    # The peer is our own file, fed as a stranger's: it must see the very same faces.
    found = {(row.model, row.corruption, row.strength): row.accuracy for row in rows}
    for (name, change, strength), accuracy in found.items():
        if name == names[2]:
            assert accuracy == found[names[1], change, strength]
    right = Classifier(model).probabilities(judged.images).argmax(1) == judged.labels
    assert found[names[1], "clean", 0] == pytest.approx(right.mean())
    blurred = Classifier(model).probabilities(corrupt(judged.images, "blur", 5)).argmax(1)
    assert found[names[1], "blur", 5] == pytest.approx((blurred == judged.labels).mean())

    with (tmp_path / "robustness.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert len(written) == len(rows)
    assert {row["faces"] for row in written} == {"60"}
    table = (tmp_path / "robustness.md").read_text(encoding="utf-8").splitlines()
    assert len(table) == 2 + len(names) * (1 + len(CORRUPTIONS))
    assert all(line.count("|") == table[0].count("|") for line in table)
    assert (tmp_path / "robustness.png").read_bytes().startswith(b"\x89PNG")


def test_files_of_one_name_are_two_models(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, tmp_path: Path
) -> None:
    files = [tmp_path / name / "int8.tflite" for name in "ab"]
    for file in files:
        file.parent.mkdir()
        file.write_bytes((exported[0] / "tiny-int8.tflite").read_bytes())
    few = drawn_faces.split("validation").take(slice(0, 2))
    data = FaceData(drawn_faces.labels, {"validation": few}, "two", "two")
    rows = study_robustness([str(file) for file in files], data, tmp_path, report=lambda line: None)
    assert {row.model for row in rows} == {"a/int8.tflite", "b/int8.tflite"}


def test_models_of_other_labels_and_empty_splits_are_refused(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, tmp_path: Path
) -> None:
    model = str(exported[0] / "tiny-int8.tflite")
    judged = drawn_faces.split("validation")
    others = FaceData(drawn_faces.labels[::-1], {"validation": judged}, "x", "x")
    with pytest.raises(InputError, match="labels are not those of x"):
        study_robustness([model], others, tmp_path)
    empty = FaceData(drawn_faces.labels, {"validation": judged.take(slice(0, 0))}, "x", "x")
    with pytest.raises(InputError, match="validation split has no faces"):
        study_robustness([model], empty, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command_writes_table_and_picture(
    exported: tuple[Path, dict[str, Any]], fer2013_csv: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(
        app,
        [
            *("benchmark", "robustness", str(exported[0] / "tiny-int8.tflite")),
            *("--data", str(fer2013_csv), "--split", "train", "--out", str(out)),
        ],
    )
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        f"robustness.{suffix}" for suffix in ("csv", "md", "png")
    }
