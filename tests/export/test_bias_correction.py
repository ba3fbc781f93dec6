from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.export.calibration import Calibration, representative_faces
from fer_keras.export.convert import convert
from fer_keras.export.flatbuffer import unpack
from fer_keras.export.layer_run import LayerRun
from fer_keras.export.weight_rounding import correct_biases
from fer_keras.models.keras_file import load_model


@pytest.mark.parametrize("pixels", ["grey", "rgb"])
def test_the_mean_of_each_logit_comes_closer(
    trained_model: Path, drawn_faces: FaceData, pixels: str
) -> None:
    model, _ = load_model(trained_model)
    # A dense layer whose inputs are far from zero, as after global averaging.
    dense = next(layer for layer in model.layers if layer.name.startswith("dense"))
    kernel, bias = dense.get_weights()
    dense.set_weights([kernel + 0.02, bias])
    faces = representative_faces(drawn_faces.split("train"), Calibration(60))
    shown = np.repeat(faces, 3, axis=3) if pixels == "rgb" else faces
    exact = convert(model, "float32", faces, input=pixels)
    plain = convert(model, "int8", faces, input=pixels, ranges="fitted", bias_correction=False)
    corrected = correct_biases(plain, exact, shown)
    assert corrected == convert(model, "int8", faces, input=pixels, ranges="fitted")

    def logits(content: bytes) -> np.ndarray:
        run = LayerRun(content)
        name = next(name for name in run.outputs if name.endswith("logits_1/BiasAdd"))
        values = []
        for face in shown:
            run.invoke(face)
            values.append(run.value(run.outputs[name])[0])
        return np.stack(values)

    expected = logits(exact)
    before = np.abs((logits(plain) - expected).mean(0)).mean()
    after = np.abs((logits(corrected) - expected).mean(0)).mean()
    assert after < before


def test_nothing_but_biases_changes(trained_model: Path, drawn_faces: FaceData) -> None:
    model, _ = load_model(trained_model)
    faces = representative_faces(drawn_faces.split("train"), Calibration(20))
    plain, corrected = (
        unpack(convert(model, "int8", faces, ranges="fitted", bias_correction=switch))
        for switch in (False, True)
    )
    changed = [
        (before.type, before.shape.tolist())
        for before, after in zip(
            plain.subgraphs[0].tensors, corrected.subgraphs[0].tensors, strict=True
        )
        if not np.array_equal(
            plain.buffers[before.buffer].data, corrected.buffers[after.buffer].data
        )
    ]
    assert len(changed) == 5
    assert {kind for kind, _ in changed} == {2}  # int32
    assert sorted(shape for _, shape in changed) == [[7], [12], [24], [32], [48]]
