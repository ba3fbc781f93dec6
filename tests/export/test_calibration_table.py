from __future__ import annotations

from pathlib import Path

import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.export.calibration import Calibration
from fer_keras.export.calibration_table import compare_calibrations, draw_calibration


def test_more_faces_calibrate_better(trained_model: Path, drawn_faces: FaceData) -> None:
    one, many = compare_calibrations(trained_model, drawn_faces, [1, 40], 2, Calibration())
    assert (one.samples, many.samples) == (1, 40)
    assert len(many.drops) == len(many.agreements) == len(many.differences) == 2
    assert many.agreements[0] != many.agreements[1]  # other faces
    assert max(many.differences) < min(one.differences)
    assert min(many.agreements) > 0.85
    (axes,) = draw_calibration([one, many]).axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "40"]


def test_percentile_leaves_out_the_oddest_faces(trained_model: Path, drawn_faces: FaceData) -> None:
    from fer_keras.export.calibration import representative_faces
    from fer_keras.export.convert import convert
    from fer_keras.export.flatbuffer import unpack
    from fer_keras.export.graph import read_graph
    from fer_keras.export.int8_check import check_full_integer
    from fer_keras.model_file import load_model

    model, _ = load_model(trained_model)
    faces = representative_faces(drawn_faces.split("train"), Calibration(150))
    files = {kind: convert(model, "int8", faces, ranges=kind) for kind in ("minmax", "percentile")}

    def steps(content: bytes) -> dict[str, float]:
        graph = unpack(content).subgraphs[0]
        outputs = [graph.tensors[int(op.outputs[0])] for op in graph.operators]
        return {tensor.name.decode(): float(tensor.quantization.scale[0]) for tensor in outputs}

    check_full_integer(read_graph(files["percentile"]), "percentile.tflite")
    wide, narrow = steps(files["minmax"]), steps(files["percentile"])
    assert wide.keys() == narrow.keys()
    assert all(narrow[name] <= wide[name] for name in wide)
    assert sum(narrow[name] < 0.95 * wide[name] for name in wide) >= 3
    with pytest.raises(InputError, match="--ranges mean: take some of minmax, percentile"):
        convert(model, "int8", faces, ranges="mean")
