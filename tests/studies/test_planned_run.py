"""A training of a study that was begun before goes on as the study says now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fer_keras.data.drawn import synthetic_data
from fer_keras.runs.config import describe_data
from fer_keras.runs.run import Run
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.planned_run import PlannedRun
from fer_keras.training.recipe import Recipe


@pytest.mark.parametrize("device", [None, "gpu:1"])
def test_it_goes_on_where_the_study_is_told_to_train(
    device: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, recipe = synthetic_data(14, 7, 7), Recipe(arch="baseline")
    fixed = {"recipe": recipe.to_json(), "seed": 0, "precision": "float32", "teacher": None}
    RunFolder(tmp_path).write_config({**fixed, "device_choice": "cpu", **describe_data(data)})
    asked: list[Any] = []
    monkeypatch.setattr(Run, "resume", lambda run, device, **_: asked.append(device))
    planned = PlannedRun("base", 0, tmp_path, recipe, device=device)
    planned.check(data)
    planned.train(data, print)
    assert asked == [device]
