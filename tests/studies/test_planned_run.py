"""A training of a study that was begun before goes on as the study says now."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fer_keras.data.drawn import synthetic_data
from fer_keras.runs.config import describe_data
from fer_keras.runs.run import Run
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies import ablation, planned_run, reproduction
from fer_keras.studies.planned_run import FailedRunsError, PlannedRun, SweepResult
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


def test_it_begins_as_the_study_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(planned_run, "train", lambda data, recipe, **how: asked.update(how))
    recipe, folder = Recipe(arch="baseline"), tmp_path / "run"
    teacher = Path("mobile-m")
    planned = PlannedRun("base", 7, folder, recipe, teacher, "mixed_bfloat16", "cpu")
    planned.train(synthetic_data(14, 7, 7), print)
    given = {name: asked[name] for name in ("out", "seed", "teacher", "precision", "device")}
    assert given == dict(zip(given, (folder, 7, teacher, "mixed_bfloat16", "cpu"), strict=True))


@pytest.mark.parametrize("name", ["reproduce", "ablate"])
def test_a_study_hands_on_what_it_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    def sweep(plan: Any, data: Any, ask: Any, **options: Any) -> SweepResult:
        seen.update(plan=plan, **options)
        return SweepResult(failures={"all": "nothing was trained"})

    module = {"reproduce": reproduction, "ablate": ablation}[name]
    monkeypatch.setattr(module, "run_sweep", sweep)
    told: dict[str, Any] = {"precision": "mixed_bfloat16", "device": "cpu", "seeds": 2}
    told |= {"storage": "shared.db", "study": "ours", "out": tmp_path}
    data = synthetic_data(14, 7, 7)
    if name == "reproduce":
        ask = partial(reproduction.reproduce, data, ["final"], epochs=3)
    else:
        teacher = {"teacher": Path("mobile-m"), "seed": 4}
        recipe = Recipe(arch="final", epochs=3)
        ask = partial(ablation.ablate, data, recipe, ["same-view"], **teacher)
    with pytest.raises(FailedRunsError):
        ask(**told)
    assert (seen["storage"], seen["study"], seen["only_finished"]) == ("shared.db", "ours", False)
    assert {run.precision for run in seen["plan"]} == {"mixed_bfloat16"}
    assert {run.device for run in seen["plan"]} == {"cpu"}
    assert {run.recipe.epochs for run in seen["plan"]} == {3}
    assert {run.seed for run in seen["plan"]} == ({0, 1} if name == "reproduce" else {4, 5})
    teachers = {run.name: run.teacher for run in seen["plan"]}
    if name == "ablate":
        assert teachers == {"base": None, "same-view": Path("mobile-m")}
