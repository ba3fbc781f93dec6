"""Labels travel inside model files."""

import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model, save_model
from fer_keras.models.model_file import read_labels


def tiny(classes: int) -> keras.Model:
    faces = keras.layers.Input((48, 48, 1))
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(16)(faces))
    return keras.Model(faces, keras.layers.Dense(classes, activation="softmax")(x))


def test_model_and_labels_come_back(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    model = tiny(3)
    save_model(model, ("ärger", "joy", "none of it"), path)
    loaded, labels = load_model(path)
    assert labels == ("ärger", "joy", "none of it")
    faces = np.random.default_rng(0).random((2, 48, 48, 1), dtype="float32") * 255
    np.testing.assert_array_equal(np.asarray(loaded(faces)), np.asarray(model(faces)))
    assert [file.name for file in tmp_path.iterdir()] == ["model.keras"]


def test_keras_alone_still_loads_the_file(tmp_path: Path) -> None:
    save_model(tiny(2), ("a", "b"), tmp_path / "model.keras")
    assert keras.saving.load_model(tmp_path / "model.keras").output_shape == (None, 2)


def test_bad_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_labels(tmp_path / "missing.keras")
    tiny(2).save(tmp_path / "plain.keras")
    with pytest.raises(InputError, match=r"plain\.keras: holds no labels\.txt"):
        load_model(tmp_path / "plain.keras")
    (tmp_path / "text.keras").write_text("not a zip")
    with pytest.raises(InputError, match=r"text\.keras"):
        load_model(tmp_path / "text.keras")
    save_model(tiny(2), ("a", "b", "c"), tmp_path / "wrong.keras")
    with pytest.raises(InputError, match="2 outputs but 3 labels"):
        load_model(tmp_path / "wrong.keras")
    with zipfile.ZipFile(tmp_path / "empty.keras", "w") as archive:
        archive.writestr("labels.txt", "a\n")
    with pytest.raises(InputError, match=r"empty\.keras: not a readable Keras model"):
        load_model(tmp_path / "empty.keras")
