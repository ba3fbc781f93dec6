"""An average answers with the mean of its members' answers, and is a model like any other."""

from __future__ import annotations

import hashlib
from pathlib import Path

import keras
import numpy as np
import pytest

import fer_keras as fk
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.models.average import average_models, read_members
from fer_keras.models.keras_file import load_model, save_model

FACES = np.random.default_rng(0).uniform(0, 255, (3, 48, 48, 1)).astype(np.float32)


def member(path: Path, seed: int, labels: tuple[str, ...] = FER2013_LABELS) -> Path:
    keras.utils.set_random_seed(seed)
    network = fk.build("mobile-s", len(labels), stem=4, blocks=[[6, 2]])
    save_model(network, labels, path)
    return path


def test_the_mean_of_what_each_says(tmp_path: Path) -> None:
    files = [member(tmp_path / f"{seed}.keras", seed) for seed in range(3)]
    keras.config.set_floatx("float64")  # as a notebook may have it
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        average_models(files, tmp_path / "mean.keras")
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")
    model, labels = load_model(tmp_path / "mean.keras")
    each = [load_model(file)[0].predict(FACES, verbose=0) for file in files]
    assert np.abs(each[0] - each[1]).max() > 1e-3
    np.testing.assert_allclose(model.predict(FACES, verbose=0), np.mean(each, axis=0), atol=1e-6)
    assert labels == FER2013_LABELS
    answers = fk.Classifier(tmp_path / "mean.keras").classify(FACES.astype(np.uint8))
    assert len(answers) == 3
    assert read_members(tmp_path / "mean.keras") == [
        {"name": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in files
    ]
    assert read_members(files[0]) == []


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    seven = member(tmp_path / "seven.keras", 0)
    eight = member(tmp_path / "eight.keras", 0, EMOTIONS)
    out = tmp_path / "mean.keras"
    with pytest.raises(fk.InputError, match=r"eight\.keras: its labels are .*contempt"):
        average_models([seven, eight], out)
    with pytest.raises(fk.InputError, match="two or more"):
        average_models([seven], out)
    with pytest.raises(fk.InputError, match=r"ends in \.keras"):
        average_models([seven, seven], tmp_path / "mean.tflite")
    assert not out.exists()
