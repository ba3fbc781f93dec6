"""A small model of FER+'s eight emotions, exported: contempt is one of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import keras

from fer_keras.architectures.layers import pixels, probabilities
from fer_keras.data.face_data import FaceData, fingerprint
from fer_keras.data.labels import EMOTIONS
from fer_keras.export.calibration import Calibration
from fer_keras.export.exporting import export_model
from fer_keras.models.keras_file import save_model


def with_contempt(faces: FaceData) -> FaceData:
    """Some of the faces, every eighth one called contempt."""
    splits = {}
    for name, split in faces.splits.items():
        some = split.take(slice(0, 80))
        labels = some.labels.copy()
        labels[::8] = EMOTIONS.index("contempt")
        splits[name] = dataclasses.replace(some, labels=labels)
    return FaceData(EMOTIONS, splits, "eight", fingerprint(EMOTIONS, splits))


def export_eight(faces: FaceData, folder: Path) -> dict[str, Any]:
    """Write `eight.keras` and `eight-int8.tflite`; what the export reports."""
    keras.utils.set_random_seed(0)
    face, x = pixels()
    x = keras.layers.Conv2D(8, 3, strides=3, activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    save_model(probabilities(face, x, 8, "eight"), EMOTIONS, folder / "eight.keras")
    calibration = Calibration(samples=40)
    return export_model(folder / "eight.keras", faces, folder, ["int8"], calibration)
