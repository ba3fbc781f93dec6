from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_keras.detection import Detector
from fer_keras.faces.crop import cut_face, to_grey
from fer_keras.faces.framing import Framing, frame_face
from fer_keras.faces.framing_study import measure_framing

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"


@pytest.mark.parametrize("framing", [Framing(1.2, 0.1), Framing(1.35, 0.0)])
@pytest.mark.parametrize("detector", ["short", "full"])
def test_the_framing_that_faces_were_cut_with_is_found(detector: str, framing: Framing) -> None:
    picture = np.asarray(Image.open(PHOTO).convert("RGB"))
    (face,) = Detector(detector).detect(picture)
    image = cut_face(to_grey(picture), frame_face(face, framing))
    rows = list(measure_framing(image[None, :, :, None], detector))
    found = [row for row in rows if row.found == 1]
    assert len(found) >= 4
    for row in found:
        assert row.scale[1] == pytest.approx(framing.scale, abs=0.12)
        assert row.rise[1] == pytest.approx(framing.rise, abs=0.06)
        assert row.aside[1] == pytest.approx(0, abs=0.05)
