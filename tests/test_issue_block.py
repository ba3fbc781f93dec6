"""The interface in one piece, as it was asked for: every line of it runs as it stands."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
from made_film import numbered, write_film

from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import FaceData
from fer_keras.data.ferplus import COLUMNS
from fer_keras.models.model_file import PACKAGE_WEIGHTS

PHOTO = Path(__file__).parent / "pictures" / "astronaut.png"
BATCH = np.full((3, 48, 48), 90, np.uint8)
USAGES = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}

ASKED = """
import fer_keras as fk
fk.list_models()                                   # shipped, with labels, size, accuracy
faces = fk.Recognizer("mobile-s")("party.jpg")     # path, array, PIL image, bytes; one or many
faces[0].label, faces[0].probability, faces[0].probabilities["happy"], faces[0].box
fk.Classifier("mobile-s").classify(batch)          # (n, 48, 48): labels and probabilities
table = fk.analyze_video("clip.mp4")               # pandas, a row for each face and frame
data = fk.open_data("fer2013.csv.gz", ferplus="fer2013new.csv")
model = fk.build("final", classes=7, dropout=0.3)  # plain Keras
run = fk.train(data, "mobile-s", epochs=10, callbacks=[keras.callbacks.TensorBoard()])
run.history; run.model; run.evaluate("validation"); run.export(["int8"]); fk.Run("runs/mobile-s-1").resume()
fk.evaluate([run, "mobile-s", "other.tflite"], data, split="validation")   # DataFrame
fk.load("mobile-s").model                          # Keras, to fine-tune
"""  # noqa: E501


def write_fer2013(data: FaceData, folder: Path) -> None:
    """Drawn faces as FER2013's table, and FER+'s with ten votes for each label."""
    rows, votes = ["emotion,pixels,Usage"], [",".join(("Usage", "Image name", *COLUMNS))]
    # FER+'s columns in the order of FER2013's numbers.
    column = [COLUMNS.index(name) for name in ("anger", "disgust", "fear", "happiness")]
    column += [COLUMNS.index(name) for name in ("sadness", "surprise", "neutral")]
    for name, split in data.splits.items():
        for image, label in zip(split.images, split.labels, strict=True):
            rows.append(f"{label},{' '.join(map(str, image.ravel()))},{USAGES[name]}")
            counts = ["10" if at == column[label] else "0" for at in range(len(COLUMNS))]
            votes.append(",".join((USAGES[name], "", *counts)))
    (folder / "fer2013.csv.gz").write_bytes(gzip.compress("\n".join(rows).encode() + b"\n"))
    (folder / "fer2013new.csv").write_text("\n".join(votes) + "\n")


def test_a_table_of_votes_may_be_named_by_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fer_keras as fk

    write_fer2013(synthetic_data(14, 7, 7), tmp_path)
    monkeypatch.chdir(tmp_path)
    data = fk.open_data("fer2013.csv.gz", ferplus="fer2013new.csv")
    assert data.split("train").votes is not None
    assert data.origin is not None
    assert data.origin.to_json()["ferplus"] == str(tmp_path / "fer2013new.csv")
    assert fk.open_data(Path("fer2013.csv.gz")).fingerprint


@pytest.mark.timeout(0)  # as long as a busy machine takes
def test_the_block_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorboard")
    import keras
    from PIL import Image

    write_fer2013(synthetic_data(70, 35, 7), tmp_path)
    Image.open(PHOTO).convert("RGB").save(tmp_path / "party.jpg")
    write_film(tmp_path / "clip.mp4", numbered(5), [0.2 * at for at in range(5)])
    shutil.copy(PACKAGE_WEIGHTS / "mobile-s-int8.tflite", tmp_path / "other.tflite")
    monkeypatch.chdir(tmp_path)
    names = {"keras": keras, "batch": BATCH}
    exec(ASKED, names)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["mobile-s-1"]
    assert len(names["run"].history) == 10
