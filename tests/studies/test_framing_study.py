from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fer_keras.data.face_data import FaceData
from fer_keras.detection import Detector
from fer_keras.errors import InputError
from fer_keras.faces.crop import FRAMINGS, Framing, cut_face, frame_face, to_grey
from fer_keras.models import Classifier
from fer_keras.studies.framing_study import TILTS, measure_accuracy, measure_framing, measure_tilt

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"


@pytest.mark.parametrize("framing", [Framing(1.2, 0.1), Framing(1.35, 0.0)])
@pytest.mark.parametrize("detector", ["short", "full"])
def test_the_framing_that_faces_were_cut_with_is_found(detector: str, framing: Framing) -> None:
    picture = np.asarray(Image.open(PHOTO).convert("RGB"))
    (face,) = Detector(detector).detect(picture)
    image = cut_face(to_grey(picture), frame_face(face, framing))
    rows = list(measure_framing(image[None, :, :, None], detector))
    found = [row for row in rows if row["found"] == 1]
    assert len(found) >= 4
    for row in found:
        assert row["scale_median"] == pytest.approx(framing.scale, abs=0.12)
        assert row["rise_median"] == pytest.approx(framing.rise, abs=0.06)
        assert row["aside_median"] == pytest.approx(0, abs=0.05)


@pytest.fixture(scope="module")
def classifier(exported: tuple[Path, dict[str, Any]]) -> Classifier:
    (path,) = exported[0].glob("*[!b]-float32.tflite")
    return Classifier(path)


def test_a_poor_framing_costs_accuracy(classifier: Classifier, drawn_faces: FaceData) -> None:
    split = drawn_faces.split("validation").take(slice(0, 150))
    original, own, *others = measure_accuracy(split, "short", classifier)
    assert original["scale"] == "original"
    assert Framing(own["scale"], own["rise"]) == FRAMINGS["short"]
    assert {row["faces"] for row in (own, *others)} == {original["faces"]}
    assert original["faces"] > 100
    by_scale = {
        row["scale"]: row["accuracy"] for row in (own, *others) if row["rise"] == own["rise"]
    }
    # Drawn faces lie looser in their frame than FER2013's.
    assert by_scale[0.8] + 0.1 < by_scale[1.3]
    assert by_scale[1.3] == pytest.approx(original["accuracy"], abs=0.12)


def test_turned_faces_are_turned_back(classifier: Classifier, drawn_faces: FaceData) -> None:
    split = drawn_faces.split("validation").take(slice(0, 100))
    rows = list(measure_tilt(split, "short", classifier))
    assert [(row["tilt"], row["upright"]) for row in rows] == [
        (tilt, upright) for tilt in TILTS for upright in (False, True)
    ]
    as_found, upright = rows[-2:]
    assert as_found["faces"] == upright["faces"] > 50
    assert upright["accuracy"] > as_found["accuracy"]


def test_without_faces_nothing_is_measured(classifier: Classifier, drawn_faces: FaceData) -> None:
    split = drawn_faces.split("validation").take(slice(0, 3))
    blank = dataclasses.replace(split, images=np.zeros_like(split.images))
    with pytest.raises(InputError, match="finds none"):
        next(measure_accuracy(blank, "short", classifier))
    assert list(measure_tilt(blank, "short", classifier)) == []
