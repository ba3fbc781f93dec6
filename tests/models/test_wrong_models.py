"""Models that are not classifiers of faces, and files that were damaged on the way."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fer_keras.errors import InputError
from fer_keras.models import Classifier
from fer_keras.models.model_file import LABELS_MEMBER

MUTATED = 500


def with_labels(content: bytes, count: int, path: Path) -> Path:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(LABELS_MEMBER, "".join(f"label{index}\n" for index in range(count)))
    path.write_bytes(buffer.getvalue())
    return path


def converted(model: Any) -> bytes:
    import tensorflow as tf

    return bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


def test_wrong_shapes(tmp_path: Path) -> None:
    import keras

    text = keras.layers.Input(batch_shape=(1, 10))
    words = keras.Model(text, keras.layers.Dense(3, activation="softmax")(text))
    with pytest.raises(InputError, match="takes 1x10; a classifier of faces takes one picture"):
        Classifier(with_labels(converted(words), 3, tmp_path / "words.tflite"))

    left, right = (keras.layers.Input(batch_shape=(1, 8, 8, 1)) for _ in range(2))
    pair = keras.Model([left, right], keras.layers.Add()([left, right]))
    with pytest.raises(InputError, match="takes 1x8x8x1 and 1x8x8x1"):
        Classifier(with_labels(converted(pair), 3, tmp_path / "pair.tflite"))

    picture = keras.layers.Input(batch_shape=(1, 8, 8, 1))
    mask = keras.Model(picture, keras.layers.Conv2D(1, 1)(picture))
    with pytest.raises(InputError, match="gives 1x8x8x1, but has 3 labels"):
        Classifier(with_labels(converted(mask), 3, tmp_path / "mask.tflite"))

    huge = keras.layers.Input(batch_shape=(1, 60000, 60000, 3))
    mean = keras.Model(huge, keras.layers.GlobalAveragePooling2D()(huge))
    with pytest.raises(InputError, match="its tensors would take 43,200,000,000 bytes"):
        Classifier(with_labels(converted(mean), 3, tmp_path / "huge.tflite"))


def test_damaged_files_give_an_input_error_or_run(
    exported: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """In a process of its own, which must live to the end: LiteRT is native code."""
    script = Path(__file__).with_name("run_damaged_files.py")
    done = subprocess.run(
        [sys.executable, script, exported[0] / "tiny-int8.tflite", tmp_path, str(MUTATED)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"ended by {done.returncode}: {done.stderr[-2000:]}"
    refused, ran = map(int, done.stdout.split())
    assert refused + ran == MUTATED
    assert refused > MUTATED / 2
