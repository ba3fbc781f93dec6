"""Files and folders whose names are not UTF-8 are read and written as any other."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import made_onnx
import pytest
from made_video import frame, write_video

from fer_keras.cli.main import _run
from fer_keras.errors import InputError
from fer_keras.export.metadata import Metadata
from fer_keras.models.model_file import PACKAGE_WEIGHTS

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"
NAME = os.fsdecode(b"caf\xe9\xff")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="names are letters here")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = Path(NAME)
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    return folder


def run(*words: object, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["fer-keras", *map(str, words)])
    return _run()


def test_films(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = write_video(Path("film.avi"), [frame([(150, 120, 150)], (320, 240))] * 2)
    film = film.rename(place / f"{NAME}.avi")
    for kind in ("csv", "parquet"):
        out = place / kind
        assert run("analyze", film, "--table", kind, "--out", out, monkeypatch=monkeypatch) == 0
        assert json.loads((out / f"{NAME}.json").read_text())["complete"]
    assert "<title>caf??.avi" in (place / "csv" / f"{NAME}.html").read_text(encoding="utf-8")


def test_photos_and_models(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = place / f"{NAME}.png"
    shutil.copy(PHOTO, photo)
    model = place / f"{NAME}.tflite"
    shutil.copy(PACKAGE_WEIGHTS / "mobile-s-int8.tflite", model)
    table = place / f"{NAME}.parquet"
    assert run("predict", photo, "--parquet", table, monkeypatch=monkeypatch) == 0
    assert table.read_bytes()[:4] == b"PAR1"
    assert run("predict", photo, "--model", model, monkeypatch=monkeypatch) == 0


def test_onnx(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    model = place / f"{NAME}.onnx"
    model.write_bytes(made_onnx.good().SerializeToString())
    assert run("predict", PHOTO, "--model", model, monkeypatch=monkeypatch) == 0


@pytest.mark.parametrize("field", ["name", "author", "licence", "description"])
def test_what_a_file_says_of_itself_is_letters(field: str) -> None:
    given: dict[str, Any] = {field: NAME}
    with pytest.raises(InputError, match=f"^{field} .*holds bytes that are no letters"):
        Metadata(**given)
