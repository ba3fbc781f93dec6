"""Labels that can't be told apart, or that no terminal and no memory should get, are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from fer_keras.errors import InputError
from fer_keras.export.contract import read_contract
from fer_keras.models import Classifier, find_model
from fer_keras.models.keras_file import load_model, save_model

CONTENT = find_model("mobile-s").read_bytes()


def with_labels(path: Path, labels: str | bytes) -> Path:
    """The shipped model with others, compressed."""
    with zipfile.ZipFile(io.BytesIO(CONTENT)) as archive:
        graph = CONTENT[: min(one.header_offset for one in archive.infolist())]
    path.write_bytes(graph)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels.txt", labels)
    return path


ODD = {
    "twice": ("a\nb\nc\nd\ne\nf\na\n", "two classes are called 'a'"),
    "escape": ("a\nb\nc\nd\ne\nf\n\x1b[2J\n", r"class name '\\x1b\[2J' holds a line break"),
    "nul": ("a\nb\nc\nd\ne\nf\ng\0\n", "holds a line break, a control character"),
    "long": ("a\nb\nc\nd\ne\nf\n" + "g" * 5000, "a class name of 5,000 letters"),
    "many": ("\n".join(map(str, range(20_000))), "20,000 classes; at most 10,000"),
    "bomb": (b"a\n" * (1 << 25), r"its labels\.txt is too large to be labels"),
    "latin": (b"a\xff\nb\n", r"holds no labels\.txt"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_labels_are_one_line(name: str, tmp_path: Path) -> None:
    labels, said = ODD[name]
    path = with_labels(tmp_path / f"{name}.tflite", labels)
    for read in (Classifier, read_contract):
        with pytest.raises(InputError, match=rf"{name}\.tflite: {said}|{name}\.tflite: .*{said}"):
            read(path)


def test_a_damaged_graph_has_no_card(tmp_path: Path) -> None:
    path = with_labels(tmp_path / "a.tflite", "a\n")
    content = bytearray(path.read_bytes())
    content[:4] = b"\xff\xff\xff\x7f"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.tflite: damaged"):
        read_contract(path)
    content[:4], content[200:60_000] = b"\x18\0\0\0", bytes(59_800)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.tflite: .*TFLite graphs|a\.tflite: damaged"):
        read_contract(path)


def small(shape: tuple[int | None, ...], answer: object) -> keras.Model:
    faces = keras.layers.Input(shape)
    return keras.Model(faces, answer(faces))  # type: ignore[operator]


def test_keras_files_that_are_no_classifiers_are_one_line(tmp_path: Path) -> None:
    any_size = keras.Sequential(
        [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2, "softmax")]
    )
    save_model(small((None, None, 1), any_size), ("a", "b"), tmp_path / "any.keras")
    with pytest.raises(InputError, match=r"any\.keras: takes no picture of a face"):
        load_model(tmp_path / "any.keras")
    maps = keras.layers.Conv2D(2, 1)
    save_model(small((48, 48, 1), maps), ("a", "b"), tmp_path / "maps.keras")
    with pytest.raises(InputError, match=r"maps\.keras: gives no probability of each class"):
        load_model(tmp_path / "maps.keras")


def test_a_keras_file_that_fails_on_a_face_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "huge.keras"
    wide = keras.Sequential(
        [
            keras.layers.UpSampling2D(200_000),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, "softmax"),
        ]
    )
    save_model(small((48, 48, 1), wide), ("a", "b"), path)
    with pytest.raises(InputError, match=r"huge\.keras: Keras can't run it \("):
        Classifier(path).probabilities(np.zeros((48, 48), np.uint8))


def test_a_keras_file_that_unpacks_to_far_more_is_refused_before(tmp_path: Path) -> None:
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels.txt", "a\nb\n")
        archive.writestr("config.json", bytes(1 << 28))
    with pytest.raises(InputError, match=r"bomb\.keras: unpacks to far more than a model"):
        load_model(path)
