"""Threads that are asked for are LiteRT's, wherever a file is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ai_edge_litert.interpreter as litert
import pytest

from fer_keras.detection import Detector
from fer_keras.models import Classifier
from fer_keras.models.model_file import find_model
from fer_keras.studies.latency import measure_latency


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of each interpreter that is made in this process."""
    found: list[int] = []

    class Noted(litert.Interpreter):
        def __init__(self, *arguments: Any, num_threads: int, **options: Any) -> None:
            found.append(num_threads)
            super().__init__(*arguments, num_threads=num_threads, **options)

    monkeypatch.setattr(litert, "Interpreter", Noted)
    return found


@pytest.mark.parametrize("count", [1, 2])
def test_threads_are_those_asked_for(count: int, threads: list[int]) -> None:
    Classifier("mobile-s", threads=count)
    assert threads == [count]
    Detector("short", threads=count)
    assert threads == [count] * 2
    Detector(threads=count)
    assert threads == [count] * 4
    file: Path = find_model("mobile-s")
    measure_latency([file], threads=[count], runs=10)
    assert threads == [count] * 5
