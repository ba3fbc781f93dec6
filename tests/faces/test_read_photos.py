"""Many photos on several cores give what one gives, in the same order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from fer_keras.errors import InputError
from fer_keras.faces.crop import Framing
from fer_keras.faces.read_photos import Annotator, read_photos
from fer_keras.faces.recognizer import Recognizer

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"


def test_two_processes_give_what_one_gives_in_order(tmp_path: Path) -> None:
    photo = Image.open(PHOTO).convert("RGB")
    paths = [tmp_path / f"{index}.png" for index in range(6)]
    for index, path in enumerate(paths):
        photo.resize((320 - 20 * index, 256 - 16 * index)).save(path)
    paths[2].write_text("no picture")
    recognizer = Recognizer("mobile-s", "short", upright=True, framing=Framing(1.6, -0.1))
    unread: list[Path] = []

    def problem(path: Path, _: InputError) -> None:
        unread.append(path)

    found = []
    for processes in (1, 2):
        annotator = Annotator(tmp_path / str(processes), paths)
        results = list(read_photos(paths, recognizer, 0.0, annotator, problem, processes))
        assert len(list((tmp_path / str(processes)).iterdir())) == 5
        found.append(results)
    assert unread == [paths[2]] * 2
    for one, other in zip(*found, strict=True):
        assert one.photo == other.photo
        assert [face.face for face in one.faces] == [face.face for face in other.faces]
        np.testing.assert_array_equal(one.faces[0].probabilities, other.faces[0].probabilities)
