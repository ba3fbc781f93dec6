"""Errors of the library name arguments; the command line names its options."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.errors import InputError


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert isinstance(result.exception, InputError), result.output
    return str(result.exception)


def test_arguments_are_spelled_as_options(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere.csv")
    assert said("data", "inspect", missing).startswith(f"data {missing}: no such file")
    message = said("train", "--data", missing, "--labels", "ferplus")
    assert message.startswith("--labels ferplus: give --ferplus, too")
    assert said("train", "--arch", "resnet").startswith("--arch resnet: unknown")


def test_python_reads_arguments() -> None:
    error = InputError("epochs: 0; take 1 or more", "epochs")
    assert isinstance(error, ValueError)
    assert error.argument == "epochs"
