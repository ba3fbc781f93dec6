"""Every reader, and whole files that damage starts from."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fuzz.damage import damage, damage_json, damage_onnx
from made_film import numbered, write_film
from PIL import Image

from fer_keras.data.ferplus import read_votes
from fer_keras.data.layouts.fer2013_csv import read_fer2013
from fer_keras.data.layouts.listing import read_face
from fer_keras.data.source import open_data
from fer_keras.films import open_film
from fer_keras.models import Classifier, find_model
from fer_keras.models.model_file import read_labels
from fer_keras.picture_file import open_photo
from fer_keras.runs.run import Run
from fer_keras.runs.run_folder import HISTORY_COLUMNS, RunFolder, data_origin
from fer_keras.training.recipe import read_recipe

FACE = np.arange(48 * 48, dtype=np.uint8).reshape(48, 48)


class Reader(NamedTuple):
    """What is called with a damaged file.

    Attributes:
        suffix: of the file.
        read: the reader.
        whole: contents that it reads.
        weight: how many of a hundred cases it gets.
        damage: how a content is damaged.
    """

    suffix: str
    read: Callable[[Path], object]
    whole: list[bytes]
    weight: float
    damage: Callable[[bytes, random.Random], bytes] = damage


def picture(form: str, mode: str = "L") -> bytes:
    file = io.BytesIO()
    Image.fromarray(FACE).convert(mode).save(file, form)
    return file.getvalue()


def table() -> bytes:
    cells = " ".join(str(value) for value in FACE.ravel())
    lines = ["emotion,pixels,Usage", *(f"{n % 7},{cells},Training" for n in range(3))]
    return "\n".join([*lines, f"2,{cells},PublicTest", f"3,{cells},PrivateTest", ""]).encode()


def votes() -> bytes:
    names = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    rows = "".join(f"Training,fer{n:07}.png,4,0,0,1,3,2,0,0,0,0\n" for n in range(5))
    return f"Usage,Image name,{names}\n{rows}".encode()


def zipped(inner: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in inner.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(inner: dict[str, bytes], form: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for name, content in inner.items():
            member = tarfile.TarInfo(name + "é" * (form == tarfile.PAX_FORMAT))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def film(suffix: str, codec: str = "libx264", **options: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        times = [number / 25 for number in range(6)]
        path = Path(folder) / f"a{suffix}"
        return write_film(path, numbered(6), times, codec=codec, **options).read_bytes()


def watch(path: Path) -> None:
    opened = open_film(str(path), sound=True)
    try:
        for number, _ in enumerate(opened):
            assert number < 10_000, "a film that never ends"
    finally:
        opened.close()


CONFIG = {
    "recipe": {"arch": "final", "epochs": 3, "augmentation": {"flip": 0.5}, "options": {}},
    "seed": 1,
    "precision": "float32",
    "teacher": None,
    "device": "CPU",
    "device_choice": None,
    "patience": None,
    "tensorboard": False,
    "data": {
        **{"spec": "synthetic", "labels": "fer2013", "ferplus": None, "ferplus_mode": "majority"},
        **{"sizes": [70, 35, 35], "class_order": None, "seed": 0},
    },
    "labels": ["happy", "sad"],
    "fingerprint": "0",
    "parts": {"train": "0", "validation": "0"},
    "faces": {"train": 3},
    "versions": {"keras": "3.12"},
    "extended": [{"after": 2, "from": 2}],
}


def readers() -> dict[str, Reader]:
    """All of them."""
    faces = {f"train/{c}/{n}.png": picture("PNG") for c in ("happy", "sad") for n in range(3)}
    forms = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
    pictures = [picture(form, mode) for form in forms for mode in ("L", "RGB")]
    pictures += [picture("PNG", "RGBA"), picture("TIFF", "F"), picture("TIFF", "I")]
    model = find_model("mobile-s").read_bytes()
    keras = find_model("mobile-s", trainable=True).read_bytes()
    nested = b"[" * 50_000
    recipe = json.dumps({"arch": "final", "epochs": 3, "learning_rate": 0.1}).encode()
    config = json.dumps(CONFIG).encode()

    films = [film(".mp4", sound=0.2), film(".mkv"), film(".avi", "mjpeg"), film(".mov")]
    history = ",".join(HISTORY_COLUMNS).encode() + b"\n1,2,0.1,2,0.2,0.001,3\n2,1,0.2,1,0.3,0,3\n"

    def recipe_of(path: Path) -> None:
        read_recipe(path).augment()

    def read_run(path: Path) -> None:
        folder = RunFolder(path.parent)
        path.replace(folder.config_file)
        data_origin(folder)
        Run(path.parent).recipe.augment()

    def read_history(path: Path) -> None:
        folder = RunFolder(path.parent)
        path.replace(folder.history_file)
        folder.read_history()

    def classify(path: Path) -> None:
        Classifier(path).probabilities(np.zeros((48, 48), np.uint8))

    return {
        "photo": Reader(".jpg", open_photo, pictures, 28),
        "training picture": Reader(".png", read_face, pictures, 18),
        "table": Reader(".csv", lambda path: read_fer2013(path.read_bytes(), "a"), [table()], 8),
        "FER+": Reader(
            ".csv",
            read_votes,
            [votes(), gzip.compress(votes()), zipped({"fer2013new.csv": votes()})],
            10,
        ),
        "archive": Reader(
            ".zip",
            lambda path: open_data(str(path)),
            [
                zipped(faces),
                zipped({"fer2013.csv": table()}),
                tarred(faces, tarfile.PAX_FORMAT),
                tarred({"fer2013.csv": table()}, tarfile.GNU_FORMAT),
                gzip.compress(table()),
            ],
            8,
        ),
        "labels": Reader(".keras", read_labels, [keras], 2),
        "tflite": Reader(".tflite", classify, [model], 2),
        "film": Reader(".mp4", watch, films, 4),
        "recipe": Reader(".json", recipe_of, [recipe, nested, config], 5, damage_json),
        "run": Reader(".json", read_run, [config], 6, damage_json),
        "history": Reader(".csv", read_history, [history], 3),
    }


OPTIONAL = ("onnx",)


def optional_readers() -> dict[str, Reader]:
    """Those of packages that need not be installed."""
    import made_onnx

    def classify(path: Path) -> None:
        Classifier(path).probabilities(np.full((2, 48, 48), 128, np.uint8))

    whole = [made_onnx.good().SerializeToString()]
    whole += [make().SerializeToString() for make, _ in made_onnx.HOSTILE.values()]
    # Each case that is no mere cut takes a process of its own.
    return {"onnx": Reader(".onnx", classify, [*whole[:1] * 9, *whole[1:]], 1, damage_onnx)}


LATE = ("state", "study", "keras")


def late_readers() -> dict[str, Reader]:
    """Those of TensorFlow and Optuna."""
    import keras

    from fer_keras.models.keras_file import load_model, save_model
    from fer_keras.runs.run_folder import Progress, load_state, read_progress, save_state
    from fer_keras.studies.search import finished_trials
    from fer_keras.studies.storage import open_study

    model = keras.Sequential(
        [
            *(keras.layers.Input((48, 48, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten()),
            keras.layers.Dense(2, "softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(), "categorical_crossentropy")

    def read_state(path: Path) -> None:
        read_progress(path)
        load_state(path, model, None)

    def read_study(path: Path) -> None:
        study = open_study(str(path), "final")
        finished_trials(study)

    with tempfile.TemporaryDirectory() as folder:
        state, network, study = (Path(folder) / name for name in ("a.npz", "a.keras", "a.db"))
        save_state(state, model, Progress(1, 0.5), None)
        save_model(model, ("happy", "sad"), network)
        opened = open_study(str(study), "final")
        opened.tell(opened.ask(), 0.5)
        return {
            "state": Reader(".npz", read_state, [state.read_bytes()], 2),
            "study": Reader(".db", read_study, [study.read_bytes()], 0.6),
            "keras": Reader(".keras", load_model, [network.read_bytes()], 1),
        }
