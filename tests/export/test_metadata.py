"""Metadata, read back by a reader that is not ours where there is one."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import flatbuffers.table
import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.export.metadata import IDENTIFIER, Metadata, model_metadata
from fer_keras.export.packing import label_files
from fer_keras.models import Classifier

CARD = Metadata("mobile-s", "Names emotions.", "1.2", "somebody", "MIT")


def test_the_card_stands_where_the_schema_has_it() -> None:
    content = model_metadata(CARD, {"labels.txt": "", "labels-de.txt": "de"}, channels=3)
    assert content[4:8] == IDENTIFIER
    root = flatbuffers.table.Table(content, int.from_bytes(content[:4], "little"))

    def text(slot: int) -> str:
        return str(root.String(root.Offset(4 + 2 * slot) + root.Pos), "utf-8")

    assert [text(slot) for slot in (0, 1, 2, 4, 5)] == [
        "mobile-s",
        "Names emotions.",
        "1.2",
        "somebody",
        "MIT",
    ]


@pytest.mark.parametrize("labels", [FER2013_LABELS, EMOTIONS, ("happy", "contempt", "sad")])
def test_label_files_of_emotions(labels: tuple[str, ...]) -> None:
    files = label_files(labels)
    assert set(files) == {"labels.txt", *(f"labels-{x}.txt" for x in ("de", "es", "fr", "zh"))}
    turned = label_files(labels[::-1])
    for name, (_, text) in files.items():
        lines = text.splitlines()
        assert len(lines) == len(set(lines)) == len(labels)
        assert turned[name][1].splitlines() == lines[::-1]
    assert files["labels-de.txt"][1].splitlines()[labels.index("happy")] == "fröhlich"


def test_other_labels_stay_as_they_are() -> None:
    assert label_files(("cat", "dog")) == {"labels.txt": ("", "cat\ndog\n")}


def test_label_files_are_stored_uncompressed(exported: tuple[Path, dict[str, Any]]) -> None:
    """TFLite's readers map them into memory."""
    with zipfile.ZipFile(exported[0] / "tiny-int8.tflite") as archive:
        assert archive.testzip() is None
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}
        assert len(archive.namelist()) == 5


@pytest.mark.parametrize("form", ["float32", "float16", "dynamic", "int8"])
def test_mediapipe_runs_the_rgb_file_and_names_our_labels(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, form: str
) -> None:
    mediapipe = pytest.importorskip(
        "mediapipe", reason="mediapipe is not installed (pip install --no-deps mediapipe)"
    )
    from mediapipe.tasks.python import BaseOptions, vision

    path = exported[0] / f"tiny-{form}-rgb.tflite"
    face = drawn_faces.split("validation").images[0]
    options = vision.ImageClassifierOptions(
        base_options=BaseOptions(model_asset_path=str(path)), display_names_locale="fr"
    )
    with vision.ImageClassifier.create_from_options(options) as client:
        picture = np.ascontiguousarray(np.repeat(face, 3, axis=2))
        answer = client.classify(
            mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        )
    (head,) = answer.classifications
    found = {category.category_name: category.score for category in head.categories}
    assert found == pytest.approx(Classifier(path).classify(face)[0].probabilities, abs=2 / 256)
    french = {category.category_name: category.display_name for category in head.categories}
    assert french["happy"] == "joie"
