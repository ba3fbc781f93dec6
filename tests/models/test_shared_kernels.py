from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

import fer_keras
from fer_keras.errors import InputError
from fer_keras.models import find_model
from fer_keras.models.keras_file import load_model, save_model
from fer_keras.models.model_file import read_labels
from fer_keras.models.shared_kernels import SHARED_KERNELS, share_kernels

LABELS = ("happy", "sad")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small network of every kind of layer that is shared or not, and its float16 file."""
    import keras

    from fer_keras.export.convert import convert
    from fer_keras.export.metadata import Metadata
    from fer_keras.export.packing import packed

    keras.utils.set_random_seed(3)
    faces = keras.Input((48, 48, 1), name="faces")
    x = keras.layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False, name="a_conv")(faces)
    x = keras.layers.BatchNormalization(name="a_bn")(x)
    x = keras.layers.ReLU(name="a_relu")(x)
    x = keras.layers.Conv2D(8, 3, padding="same", use_bias=False, name="gone_conv")(x)
    x = keras.layers.BatchNormalization(name="gone_bn")(x)
    x = keras.layers.ReLU(name="gone_relu")(x)
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    x = keras.layers.Dense(2, name="logits")(x)
    x = keras.layers.Activation("softmax", name="probabilities")(x)
    model = keras.Model(faces, x, name="small")
    rng = np.random.default_rng(0)
    for name, size in (("a_bn", 6), ("gone_bn", 8)):
        gamma, beta, mean = rng.normal(0, 1, (3, size))
        model.get_layer(name).set_weights([gamma, beta, mean, rng.uniform(0.1, 30, size)])
    norm = model.get_layer("gone_bn")
    gamma, *others = norm.get_weights()
    norm.set_weights([np.where(np.arange(8) == 2, 0, gamma), *others])  # hides a filter for good
    folder = tmp_path_factory.mktemp("pair")
    path, half = folder / "small.keras", folder / "small-float16.tflite"
    save_model(model, LABELS, path)
    content = convert(model, "float16", np.zeros((1, 48, 48, 1), np.uint8))
    half.write_bytes(packed(content, Metadata(name="small"), LABELS, channels=1))
    return path, half


@pytest.fixture
def files(pair: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    return tuple(Path(shutil.copy(file, tmp_path)) for file in pair)  # type: ignore[return-value]


def test_kernels_come_back_as_exact_as_half_precision(files: tuple[Path, Path]) -> None:
    path, half = files
    before, _ = load_model(path)
    assert share_kernels(path, half) == ["a_conv", "logits"], "a hidden filter can't be read back"
    after, labels = load_model(path)
    assert labels == LABELS == read_labels(path)
    for old, new in zip(before.weights, after.weights, strict=True):
        assert old.path == new.path
        shared = old.name == "kernel" and "gone" not in old.path
        assert np.array_equal(old, new) != shared
        np.testing.assert_allclose(old, new, rtol=1e-3, atol=1e-6)
    faces = np.random.default_rng(1).integers(0, 256, (16, 48, 48, 1)).astype(np.float32)
    difference = before.predict(faces, verbose=0) - after.predict(faces, verbose=0)
    assert np.abs(difference).max() < 2e-3
    assert all(variable.trainable for variable in after.trainable_variables)


def test_nothing_is_stored_twice(files: tuple[Path, Path]) -> None:
    path, half = files
    share_kernels(path, half)
    with zipfile.ZipFile(path) as archive:
        listing = json.loads(archive.read(SHARED_KERNELS))
    assert listing["file"] == half.name
    assert len(listing["kernels"]) == 2
    content = path.read_bytes()
    assert share_kernels(path, half) == [], "they are gone already"
    assert path.read_bytes() == content


def test_without_its_other_half_a_file_says_what_is_missing(files: tuple[Path, Path]) -> None:
    path, half = files
    share_kernels(path, half)
    content = half.read_bytes()
    half.write_bytes(content[:-1])
    with pytest.raises(InputError, match=r"small-float16\.tflite beside it, which is another file"):
        load_model(path)
    half.unlink()
    with pytest.raises(InputError, match=r"small-float16\.tflite beside it, which is not there"):
        load_model(path)


@pytest.mark.parametrize("name", ["mobile-s", "mobile-m"])
def test_shipped_models_share_theirs_and_answer_as_their_float16_file(name: str) -> None:
    path = find_model(name, trainable=True)
    assert path.stat().st_size < 100_000
    model, labels = fer_keras.load(name)
    faces = np.random.default_rng(2).integers(0, 256, (32, 48, 48, 1)).astype(np.float32)
    ours = model.predict(faces, verbose=0)
    theirs = fer_keras.Classifier(f"{name}-float16").probabilities(faces, labels)
    assert np.abs(ours - theirs).max() < 0.02  # their biases and first kernel are rounded, too
