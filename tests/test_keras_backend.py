"""What needs TensorFlow takes it, or says so, whatever Keras computes with otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from typer.testing import CliRunner

import fer_keras as fk
from fer_keras.cli import app
from fer_keras.data.face_data import FaceData
from fer_keras.export.convert import convert
from fer_keras.saliency.maps import saliency_maps


def test_another_backend_is_refused_in_a_line(
    monkeypatch: pytest.MonkeyPatch, trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    network = fk.load("mobile-s").model
    faces = np.zeros((1, 48, 48, 1), np.uint8)
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    needs = "needs Keras on TensorFlow, and here it computes with jax; set KERAS_BACKEND=tensorflow"
    with pytest.raises(fk.InputError, match=f"export: {needs}"):
        fk.export_model(trained_model, drawn_faces, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(fk.InputError, match=f"export: {needs}"):
        convert(network, "float32", faces)
    with pytest.raises(fk.InputError, match=f"saliency: {needs}"):
        saliency_maps(network, faces, np.zeros(1, np.int64))


@pytest.mark.parametrize(
    "words", ["export x", "ship x --name x", "calibration x", "saliency x", "report x"]
)
def test_commands_take_it_before_anything_loads_keras(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    result = CliRunner().invoke(app, words.split())
    assert isinstance(result.exception, fk.InputError), "there is no such model"
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


def test_an_export_takes_it_where_trainings_take_another(tmp_path: Path) -> None:
    words = ["export", "mobile-s", "--data", "synthetic", "--sizes", "70,7,7"]
    words += ["--formats", "float32"]
    # A backend that there is none of: whatever loaded Keras with it would fail.
    done = subprocess.run(
        [sys.executable, "-c", "from fer_keras.cli import main; main()", *words],
        env={**os.environ, "KERAS_BACKEND": "nonesuch"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
