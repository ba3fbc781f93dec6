"""How the values that calibration saw become ranges."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import hypothesis.extra.numpy
import hypothesis.strategies
import numpy as np
import pytest
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.export.calibration import Calibration, representative_faces
from fer_keras.export.convert import convert
from fer_keras.export.flatbuffer import unpack
from fer_keras.export.forms import check_full_integer
from fer_keras.export.graph import read_graph
from fer_keras.export.ranges import CLIPPING_COST, FIXED, logit_range
from fer_keras.models.keras_file import load_model


def test_odd_faces_are_left_out_and_logits_clipped(
    trained_model: Path, drawn_faces: FaceData
) -> None:
    model, _ = load_model(trained_model)
    faces = representative_faces(drawn_faces.split("train"), Calibration(150))
    files = {kind: convert(model, "int8", faces, ranges=kind) for kind in FIXED}
    for kind, content in files.items():
        check_full_integer(read_graph(content), f"{kind}.tflite")
    wide, narrow, fitted = (steps(files[kind]) for kind in ("minmax", "percentile", "fitted"))
    assert wide.keys() == narrow.keys() == fitted.keys()
    assert all(narrow[name] <= wide[name] for name in wide)
    assert sum(narrow[name] < 0.95 * wide[name] for name in wide) >= 3
    (logits,) = (name for name in wide if "logits" in name)
    assert fitted.pop(logits) < 0.8 * narrow.pop(logits)
    assert fitted == narrow
    with pytest.raises(
        InputError, match="ranges mean: take some of each-face, minmax, percentile, fitted"
    ):
        convert(model, "int8", faces, ranges="mean")


def steps(content: bytes) -> dict[str, float]:
    """Of each operator's output in order, what one of its 255 steps stands for."""
    graph = unpack(content).subgraphs[0]
    outputs = [graph.tensors[int(op.outputs[0])] for op in graph.operators]
    return {tensor.name.decode(): float(tensor.quantization.scale[0]) for tensor in outputs}


def test_what_cannot_matter_is_clipped() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 1.5, (300, 7))
    low, high = logit_range(logits)
    logits[:, 3] = np.where(random.random(300) < 0.5, -40.0, logits[:, 3])
    low_after, high_after = logit_range(logits)
    assert -7 < low_after <= 0 < high_after < 8
    assert abs(low_after - low) < 2.5
    assert abs(high_after - high) < 1.5


def test_logits_far_above_zero_are_clipped_as_finely() -> None:
    random = np.random.default_rng(0)
    logits = random.uniform(30, 33, (300, 7))
    sure = random.random(300) < 0.1
    logits[sure, 0] = random.uniform(42, 60, sure.sum())  # of whom nobody doubts
    low, high = logit_range(logits)
    assert low == 0
    assert 40 < high < 46


@hypothesis.given(
    hypothesis.extra.numpy.arrays(
        np.float64,
        hypothesis.strategies.tuples(
            hypothesis.strategies.integers(1, 20), hypothesis.strategies.integers(2, 8)
        ),
        elements=hypothesis.strategies.floats(-50, 50),
    )
)
@hypothesis.settings(max_examples=30, deadline=None)
def test_the_range_costs_no_more_than_it_may(logits: NDArray[np.float64]) -> None:
    low, high = logit_range(logits)
    assert low <= 0 <= high
    assert min(logits.min(), 0) <= low
    assert high <= max(logits.max(), 0)
    cost = np.abs(softmax(np.clip(logits, low, high)) - softmax(logits)).mean()
    assert cost <= CLIPPING_COST


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
