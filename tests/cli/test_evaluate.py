from __future__ import annotations

import dataclasses
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import made_layouts
import numpy as np
import pytest
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.judging import judge
from fer_keras.models import Classifier
from fer_keras.models.keras_file import load_model, save_model
from fer_keras.models.model_file import LABELS_MEMBER

DRAWN = ["--data", "synthetic", "--sizes", "60,70,35"]


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


@pytest.fixture(scope="module")
def int8_model(
    trained_model: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    from fer_keras.export.convert import convert

    model, labels = load_model(trained_model)
    path = tmp_path_factory.mktemp("tflite") / "int8.tflite"
    path.write_bytes(convert(model, "int8", drawn_faces.split("train").images[:50]))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(LABELS_MEMBER, "\n".join(labels))
    return path


def test_abstaining_raises_the_accuracy_of_what_is_answered(
    trained_run: Path, drawn_faces: FaceData
) -> None:
    result = run(trained_run, "--abstain-below", 0.6, "--json")
    (found,) = json.loads(result.stdout)["models"]
    split = drawn_faces.split("validation")
    answers = Classifier(trained_run / "best.keras").probabilities(split.images)
    sure = answers.max(1) >= 0.6
    assert 0 < found["answered"]["faces"] == sure.sum() < 350
    right = (answers.argmax(1) == split.labels)[sure].mean()
    assert found["answered"]["value"] == pytest.approx(right)
    assert right > found["accuracy"]["value"]
    assert "accuracy of these" in run(trained_run, "--abstain-below", 0.6).stdout


def test_a_run_and_an_int8_file_side_by_side(
    trained_run: Path, int8_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    # Without --data: the data that the run was trained on.
    result = run(trained_run, int8_model, "--json", "--confusion", tmp_path / "c.png")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["data"]["fingerprint"] == drawn_faces.fingerprint
    assert found["data"]["faces"] == 350
    keras_model, int8 = found["models"]
    assert [keras_model["name"], int8["name"]] == ["tiny-1", "int8.tflite"]
    assert keras_model["against_first"] is None
    assert 0.35 < keras_model["accuracy"]["value"] < 1
    assert np.sum(keras_model["confusion"]) == 350
    assert int8["against_first"]["agreement"] > 0.9
    assert int8["against_first"]["difference"] == pytest.approx(
        int8["accuracy"]["value"] - keras_model["accuracy"]["value"]
    )
    assert {path.name for path in tmp_path.iterdir()} == {"c-1.png", "c-2.png"}


def test_the_table_shows_accuracy_and_every_recall(
    trained_model: Path, drawn_faces: FaceData
) -> None:
    result = run(trained_model, *DRAWN, "--split", "test")
    assert result.exit_code == 0, result.output
    for word in (
        "test: 35 faces",
        "95 % interval",
        "macro-F1",
        "calibration error",
        *drawn_faces.labels,
    ):
        assert word in result.stdout


def test_copies_of_training_faces_are_left_out_of_the_second_accuracy(
    trained_model: Path, drawn_faces: FaceData
) -> None:
    validation = drawn_faces.split("validation")
    seen = dataclasses.replace(
        drawn_faces, splits={"train": validation.take(slice(100, 130)), "validation": validation}
    )
    (judged,) = judge([trained_model], seen, "validation")
    unseen = judged.scores.without_copies
    assert unseen is not None
    assert unseen.faces == 350 - 30
    named = (
        Classifier(trained_model).probabilities(validation.images).argmax(1) == validation.labels
    )
    assert unseen.correct == named.sum() - named[100:130].sum()
    (alone,) = judge([trained_model], seen, "train")
    assert alone.scores.without_copies is None


def test_models_of_other_labels_are_judged_on_the_classes_that_all_know(
    trained_model: Path, tmp_path: Path
) -> None:
    model, labels = load_model(trained_model)
    save_model(model, (*labels[:-1], "bored"), tmp_path / "other.keras")
    result = run(trained_model, tmp_path / "other.keras", *DRAWN)
    assert result.exit_code == 0, result.output
    assert re.search(
        r"left out: \d+ faces of neutral .*which other\.keras does not know", result.stderr
    )
    assert "no faces of bored" in result.stderr
    assert "validation: 60 faces" in result.stdout
    alone = run(tmp_path / "other.keras", *DRAWN)
    assert alone.exit_code == 0, alone.output
    assert re.search(r"left out: \d+ faces of neutral", alone.stderr)
    assert "validation: 60 faces" in alone.stdout


@pytest.mark.parametrize(
    ("layout", "split", "faces", "said"),
    [
        ("raf_db", "test", 7, []),
        ("raf_db_kaggle", "test", 7, []),
        ("affectnet", "validation", 7, ["left out: 4 faces of contempt"]),
        ("ck_plus", "test", 2, ["faces of contempt (train", "no faces of neutral"]),
        ("jaffe", "test", 7, ["no face was found in 70 of 70 pictures"]),
        ("expw", "test", 6, []),
        ("ferplus_folders", "test", 7, ["left out: 4 faces of contempt"]),
        ("kaggle_train", "validation", 7, ["a tenth of each class of train is validation"]),
        ("ckextended", "test", 7, ["left out: 4 faces of contempt"]),
        ("parquet", "test", 7, []),
    ],
)
def test_another_data_set_is_judged_by_one_command(
    layout: str, split: str, faces: int, said: list[str], tmp_path: Path
) -> None:
    folder = made_layouts.LAYOUTS[layout](tmp_path / layout)
    result = run("mobile-s", "--data", folder, "--split", split)
    assert result.exit_code == 0, result.output
    assert f"{split}: {faces} faces" in " ".join(result.stdout.split())
    for text in said:
        assert text in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*DRAWN, "--split", "holdout"], "no holdout split"),
        ([], "give --data"),
        (["--data", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_bad_requests_are_named(
    arguments: list[str], message: str, trained_model: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.keras"
    alone.write_bytes(trained_model.read_bytes())
    result = run(alone, *arguments)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_a_missing_model_is_named_before_data_is_read(tmp_path: Path) -> None:
    result = run(tmp_path / "no.tflite", "--data", "synthetic")
    assert isinstance(result.exception, InputError)
    assert "no such file" in str(result.exception)
