"""Every reader, and whole files that damage starts from."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from fer_keras.data.ferplus import read_votes
from fer_keras.data.layouts.fer2013_csv import read_fer2013
from fer_keras.data.read_faces import read_face
from fer_keras.data.source import open_data
from fer_keras.faces.photo import open_photo
from fer_keras.models import Classifier, find_model
from fer_keras.models.keras_file import read_labels
from fer_keras.runs.run_folder import RunFolder
from fer_keras.training.recipe import read_recipe

FACE = np.arange(48 * 48, dtype=np.uint8).reshape(48, 48)


class Reader(NamedTuple):
    """What is called with a damaged file.

    Attributes:
        suffix: of the file.
        read: the reader.
        whole: contents that it reads.
        weight: how many of a hundred cases it gets.
    """

    suffix: str
    read: Callable[[Path], object]
    whole: list[bytes]
    weight: int


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
    config = json.dumps({"arch": "final", "seed": 1, "data": {"spec": "synthetic"}}).encode()

    def read_run(path: Path) -> None:
        folder = RunFolder(path.parent)
        path.replace(folder.config_file)
        folder.read_config()

    def read_history(path: Path) -> None:
        folder = RunFolder(path.parent)
        path.replace(folder.history_file)
        folder.read_history()

    def classify(path: Path) -> None:
        Classifier(path).probabilities(np.zeros((48, 48), np.uint8))

    return {
        "photo": Reader(".jpg", open_photo, pictures, 30),
        "training picture": Reader(".png", read_face, pictures, 20),
        "table": Reader(".csv", lambda path: read_fer2013(path.read_bytes(), "a"), [table()], 8),
        "FER+": Reader(".csv", read_votes, [votes(), gzip.compress(votes())], 10),
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
        "recipe": Reader(".json", read_recipe, [recipe, nested, b'{"epochs": 1e999}'], 8),
        "run": Reader(".json", read_run, [config, nested, b'{"seed": 1e999}'], 8),
        "history": Reader(".csv", read_history, [b"epoch,loss\n1,0.5\n2,0.25\n"], 4),
        "labels": Reader(".keras", read_labels, [keras], 2),
        "tflite": Reader(".tflite", classify, [model], 2),
    }
