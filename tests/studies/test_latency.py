from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models import Classifier
from fer_keras.models.litert import open_interpreter
from fer_keras.studies.file_benchmark import (
    FileBenchmark,
    draw_accuracy_against_latency,
    latency_table,
)
from fer_keras.studies.latency import (
    ColdStart,
    Latency,
    _interleaved,
    measure_cold_start,
    measure_latency,
)
from fer_keras.studies.peer import Peer


class Sleeper:
    """Stands in for an interpreter, taking a known time."""

    def __init__(self, seconds: float, log: list[str], name: str) -> None:
        self._seconds, self._log, self._name = seconds, log, name

    def get_input_details(self) -> list[dict[str, Any]]:
        return [{"index": 0, "shape": np.array([1, 2]), "dtype": np.uint8}]

    def set_tensor(self, index: int, value: np.ndarray) -> None:
        assert value.shape == (1, 2)

    def invoke(self) -> None:
        self._log.append(self._name)
        time.sleep(self._seconds)


def test_files_take_turns_and_times_are_theirs() -> None:
    log: list[str] = []
    times = _interleaved([Sleeper(0.001, log, "a"), Sleeper(0.004, log, "b")], 12)
    assert times.shape == (12, 2)
    assert 1 <= np.median(times[:, 0]) < np.median(times[:, 1])
    assert np.median(times[:, 1]) >= 4
    rounds = ["".join(log[-24:][start : start + 2]) for start in range(0, 24, 2)]
    assert set(rounds) == {"ab", "ba"}


def test_a_line_for_each_file_and_setting(exported: tuple[Path, dict[str, Any]]) -> None:
    small, large = (exported[0] / f"tiny-{form}.tflite" for form in ("int8", "float32"))
    rows = measure_latency([small, large], kernels=["xnnpack", "builtin"], threads=[1], runs=60)
    assert [(row.path, row.kernels) for row in rows] == [
        (small, "xnnpack"),
        (large, "xnnpack"),
        (small, "builtin"),
        (large, "builtin"),
    ]
    for row in rows:
        assert 0 < row.p50 <= row.p95 <= row.p99
        assert row.ratio_range[0] <= row.ratio <= row.ratio_range[1]
        assert row.size == row.path.stat().st_size
        assert row.cold.load_ms > 0
        assert row.cold.first_ms > 0
        assert row.cold.memory_mb is None or 0.2 < row.cold.memory_mb < 100
    assert rows[0].ratio_range == (1, 1)

    names = {small: "small", large: "large"}
    accuracies = {small: 0.5, large: 0.51}
    assert len(latency_table(rows, names, accuracies).rows) == 4
    (axes,) = draw_accuracy_against_latency(rows[:2], names, accuracies, "350 faces").axes
    assert {text.get_text().split("\n")[0] for text in axes.texts} == {"small", "large"}


def test_labels_of_neighbours_lie_on_two_sides() -> None:
    cold = ColdStart(load_ms=1.0, first_ms=1.0, memory_mb=None)
    places = {
        "best": (0.50, 0.70),
        "near": (0.60, 0.69),
        "far": (3.00, 0.69),
        "worst": (0.50, 0.55),
    }
    rows = [
        Latency(Path(name), "xnnpack", 1, 1_000, p50, p50, p50, 1.0, (1.0, 1.0), cold)
        for name, (p50, _) in places.items()
    ]
    accuracies = {Path(name): accuracy for name, (_, accuracy) in places.items()}
    names = {path: path.name for path in accuracies}
    (axes,) = draw_accuracy_against_latency(rows, names, accuracies, "350 faces").axes
    sides = {text.get_text().split("\n")[0]: text.get_va() for text in axes.texts}
    assert sides == {"best": "bottom", "near": "top", "far": "bottom", "worst": "bottom"}


def test_both_kernels_answer_within_one_step(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData
) -> None:
    path = exported[0] / "tiny-int8.tflite"
    answers = []
    for kernels in ("xnnpack", "builtin"):
        interpreter = open_interpreter(path, 1, kernels=kernels)
        given, got = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
        for face in drawn_faces.split("validation").images[:50]:
            interpreter.set_tensor(given["index"], face[None])
            interpreter.invoke()
            answers.append(interpreter.get_tensor(got["index"])[0].astype(int))
    xnnpack, builtin = np.split(np.stack(answers), 2)
    # One step of an activation may become a few of the output.
    assert np.abs(xnnpack - builtin).max() <= 8


def test_a_peer_is_fed_by_its_own_range(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, tmp_path: Path
) -> None:
    """Our own float file, as if it were another's that takes 0 to 255."""
    path = exported[0] / "tiny-float32-rgb.tflite"
    faces = drawn_faces.split("validation").images[:10]
    expected = Classifier(path).probabilities(faces)
    np.testing.assert_allclose(Peer(path, 7, (0, 255)).probabilities(faces), expected, atol=1e-4)
    assert np.abs(Peer(path, 7, (-1, 1)).probabilities(faces) - expected).max() > 0.01
    with pytest.raises(InputError, match="take a model of float pictures with 3 classes"):
        Peer(path, 3, (0, 1))


def test_what_does_not_fit(exported: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    path = exported[0] / "tiny-int8.tflite"
    for message, options in (
        ("runs 3: take 10", {"runs": 3}),
        ("threads: take", {"threads": [0]}),
        ("kernels: gpu; take some of xnnpack, builtin", {"kernels": ["gpu"]}),
    ):
        with pytest.raises(InputError, match=message):
            measure_latency([path], **options)
    with pytest.raises(InputError, match="no such file"):
        measure_latency([tmp_path / "nosuch.tflite"])
    broken = tmp_path / "broken.tflite"
    broken.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"broken\.tflite: LiteRT can't run it"):
        measure_cold_start(broken, "xnnpack", 1)


def test_a_picture_of_other_files_does_not_stay_beside_new_times(tmp_path: Path) -> None:
    (tmp_path / "latency.png").write_bytes(b"of other files")
    FileBenchmark(rows=[], names={}, accuracies={}, faces=None, runs=10).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["latency.json"]
