from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.errors import InputError


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in arguments])


def test_a_run_is_exported_on_its_own_data(trained_run: Path, tmp_path: Path) -> None:
    """Without --data; with a diagnosis and its picture."""
    result = run(
        *("export", trained_run, "--formats", "float32,int8", "--out", tmp_path, "--diagnose"),
        *("--name", "faces", "--author", "Ada", "--licence", "MIT"),
    )
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "faces-float32.tflite",
        "faces-int8.tflite",
        "faces-int8-noise.png",
        "export.json",
    }
    report = json.loads((tmp_path / "export.json").read_text())
    assert report["metadata"]["author"] == "Ada"
    assert report["metadata"]["licence"] == "MIT"
    assert report["data"]["faces"] == 350
    for words in ("faces-int8.tflite", "integers", "noise added here", "logits"):
        assert words in result.stdout
    assert (tmp_path / "faces-int8-noise.png").read_bytes().startswith(b"\x89PNG")


def test_a_drop_beyond_the_limit_ends_with_status_1(trained_run: Path, tmp_path: Path) -> None:
    result = run(
        *("export", trained_run, "--formats", "int8", "--samples", "1", "--max-drop", "0.01"),
        *("--ranges", "minmax", "--out", tmp_path, "--json"),
    )
    assert result.exit_code == 1
    assert (tmp_path / "tiny-int8.tflite.rejected").is_file()
    assert not (tmp_path / "tiny-int8.tflite").exists()
    lines = [line for line in result.stderr.splitlines() if line.startswith("rejected: ")]
    assert len(lines) == 1
    assert "perhaps more than max_drop 0.01" in lines[0]
    assert json.loads(result.stdout)["files"][0]["rejected"]


def test_a_model_outside_of_a_run_needs_data(trained_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.keras"
    copy.write_bytes(trained_model.read_bytes())
    result = run("export", copy, "--formats", "int8")
    assert isinstance(result.exception, InputError)
    assert "give --data" in str(result.exception)


def test_calibration_sizes(trained_run: Path, tmp_path: Path) -> None:
    result = run(
        *("calibration", trained_run, "--faces", "1,50", "--draws", "1", "--out", tmp_path)
    )
    assert result.exit_code == 0, result.output
    rows = json.loads((tmp_path / "calibration.json").read_text())
    assert [row["samples"] for row in rows] == [1, 50]
    assert (tmp_path / "calibration.png").is_file()
    wrong = run("calibration", trained_run, "--faces", "ten")
    assert isinstance(wrong.exception, InputError)


@pytest.mark.parametrize(
    ("option", "value"), [("--formats", "int4"), ("--inputs", "bgr"), ("--io", "int16")]
)
def test_unknown_words_are_named(trained_run: Path, option: str, value: str) -> None:
    result = run("export", trained_run, option, value)
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(f"{option} {value}: take some of ")
