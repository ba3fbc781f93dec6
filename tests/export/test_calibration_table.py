from __future__ import annotations

from pathlib import Path

from fer_keras.data.face_data import FaceData
from fer_keras.export.calibration import Calibration
from fer_keras.export.calibration_table import compare_calibrations, draw_calibration


def test_more_faces_calibrate_better(trained_model: Path, drawn_faces: FaceData) -> None:
    one, many = compare_calibrations(
        trained_model, drawn_faces, [1, 40], 2, Calibration(ranges="minmax")
    )
    assert (one.samples, many.samples) == (1, 40)
    assert len(many.drops) == len(many.agreements) == len(many.differences) == 2
    assert many.differences[0] != many.differences[1]  # other faces
    assert max(many.differences) < min(one.differences)
    assert min(many.agreements) > 0.85
    (axes,) = draw_calibration([one, many]).axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "40"]
