"""CK+ and JAFFE show head and shoulders: the face is cut out as the recogniser cuts it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_keras.data.layouts.recognise import read_path
from fer_keras.faces.crop import FRAMINGS, cut_face, frame_face, to_grey
from fer_keras.models import Classifier

PORTRAIT = Path(__file__).parents[2] / "pictures" / "astronaut.png"


def jaffe(folder: Path) -> Path:
    """One woman's face, and a wall."""
    with Image.open(PORTRAIT) as portrait:
        head = portrait.convert("L").crop((100, 0, 356, 256))
    folder.mkdir()
    head.save(folder / "KA.HA1.29.tiff")
    Image.new("L", (256, 256), 90).save(folder / "KA.NE1.26.tiff")
    return folder


def ck_plus(folder: Path) -> Path:
    """A colour picture of a sequence's peak."""
    frame = folder / "cohn-kanade-images/S005/001/S005_001_00000011.png"
    label = folder / "Emotion/S005/001/S005_001_00000011_emotion.txt"
    for path in (frame, label):
        path.parent.mkdir(parents=True)
    with Image.open(PORTRAIT) as portrait:
        portrait.convert("RGB").save(frame)
    label.write_text("   5.0000000e+00\n")
    return folder


@pytest.mark.parametrize("made", [jaffe, ck_plus])
def test_the_face_is_cut_out(made: object, tmp_path: Path) -> None:
    from fer_keras.detection import Detector

    folder = made(tmp_path / "faces")  # type: ignore[operator]
    data = read_path(folder)
    (file, *_) = sorted([*folder.rglob("*.tiff"), *folder.rglob("*.png")])
    pixels = np.asarray(Image.open(file).convert("RGB"))
    (face,) = Detector().detect(pixels)
    expected = cut_face(to_grey(pixels), frame_face(face, FRAMINGS["auto"]))
    (found,) = (
        split.images[at]
        for split in data.splits.values()
        for at, label in enumerate(split.labels)
        if data.labels[label] == "happy"
    )
    np.testing.assert_array_equal(found[..., 0], expected)
    assert Classifier("mobile-s").classify(found[None, ..., 0])[0].label == "happy"


def test_where_no_face_is_found_the_picture_is_whole_and_that_is_said(tmp_path: Path) -> None:
    data = read_path(jaffe(tmp_path / "faces"))
    assert "no face was found in 1 of 2 pictures: they are taken whole" in data.notes
    whole = [
        split.images[at]
        for split in data.splits.values()
        for at, label in enumerate(split.labels)
        if data.labels[label] == "neutral"
    ]
    assert [set(image.ravel().tolist()) for image in whole] == [{90}]
    assert not any("no face" in note for note in read_path(ck_plus(tmp_path / "ck")).notes)
