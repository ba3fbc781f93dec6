from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.errors import InputError


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["benchmark", *map(str, arguments)])


def test_files_with_accuracy_and_a_peer(
    exported: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Without the word "files"."""
    small, large = (exported[0] / f"tiny-{form}.tflite" for form in ("int8", "float32"))
    result = run(
        *(small, "--peer", large, "--peer-range", "0,255", "--runs", "10", "--threads", "1,2"),
        *("--kernels", "xnnpack", "--data", "synthetic", "--sizes", "10,70,10", "--out", tmp_path),
    )
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "latency.json").read_text())
    assert [(row["path"], row["threads"]) for row in found["rows"]] == [
        ("tiny-int8.tflite", 1),
        ("tiny-float32.tflite", 1),
        ("tiny-int8.tflite", 2),
        ("tiny-float32.tflite", 2),
    ]
    assert found["rows"][1]["name"] == "tiny-float32.tflite (peer)"
    assert all(0.2 < row["accuracy"] < 0.9 for row in found["rows"])
    assert (tmp_path / "latency.png").is_file()
    assert "tiny-int8.tflite" in result.stdout
    assert "accuracy %" in result.stdout


def test_sizes_alone_mean_drawn_faces(exported: tuple[Path, dict[str, Any]]) -> None:
    file = exported[0] / "tiny-int8.tflite"
    result = run(file, "--runs", "10", "--kernels", "xnnpack", "--sizes", "7,14,7")
    assert result.exit_code == 0, result.output
    assert "accuracy %" in result.stdout


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--threads", "two", "--threads: two; write whole numbers"),
        ("--kernels", "gpu", "--kernels: gpu; take some of"),
        ("--runs", "1", "--runs 1: take 10"),
    ],
)
def test_wrong_options(
    exported: tuple[Path, dict[str, Any]], option: str, value: str, message: str
) -> None:
    result = run("files", exported[0] / "tiny-int8.tflite", option, value)
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(message)
