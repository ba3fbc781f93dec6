"""A file that brings its process down is refused in one line."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from fer_keras.errors import InputError
from fer_keras.models import Classifier, find_model, trial
from fer_keras.models.litert import open_interpreter


def scale_places(content: bytes) -> list[int]:
    """Where the scales of a file's tensors stand."""
    graph = schema.Model.GetRootAs(content, 0).Subgraphs(0)
    places = []
    for index in range(graph.TensorsLength()):
        quantised = graph.Tensors(index).Quantization()
        if quantised is not None and quantised.ScaleLength():
            places.append(quantised._tab.Vector(quantised._tab.Offset(8)))
    return places


def test_no_scale_ends_the_process(integers: Path, tmp_path: Path) -> None:
    content = integers.read_bytes()
    places = scale_places(content)
    assert len(places) > 20
    for place in places[:: len(places) // 12]:
        damaged = bytearray(content)
        struct.pack_into("<f", damaged, place, 1e14)
        path = tmp_path / f"{place}.tflite"
        path.write_bytes(damaged)
        with contextlib.suppress(InputError):
            Classifier(path).probabilities(np.zeros((48, 48), np.uint8))


@pytest.mark.parametrize("started", [False, True])
def test_a_killed_child_is_one_line(
    started: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.tflite"
    path.write_bytes(find_model("mobile-s").read_bytes())
    how = trial._started if started else trial._forked
    monkeypatch.setattr(trial, "_forked", how)
    monkeypatch.setattr(trial, "_started", how)
    open_interpreter(path)
    killer = f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})"
    monkeypatch.setattr(trial, "_CODE", killer)
    monkeypatch.setattr(trial, "run", lambda *_: os.kill(os.getpid(), signal.SIGSEGV))
    with pytest.raises(InputError, match=r"a\.tflite: LiteRT crashes when it runs it \(SIGSEGV\)"):
        open_interpreter(path)


def test_shipped_files_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_forked", None)
    monkeypatch.setattr(trial, "_started", None)
    Classifier("mobile-s")


def test_a_trial_loads_no_tensorflow() -> None:
    code = "import sys, fer_keras.models.trial; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
