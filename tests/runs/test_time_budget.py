from __future__ import annotations

import dataclasses
import itertools

import pytest

from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.runs import time_budget
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe

RECIPE = Recipe(arch="pooled", epochs=40, batch_size=16, schedule="cosine", warmup_epochs=2.0)


@pytest.fixture(scope="module")
def faces() -> FaceData:
    return synthetic_data(64, 128, 1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four steps of 16 faces take 8 seconds, a forward pass of 64 faces one; compiling takes 50."""
    readings = itertools.cycle([0.0, 50.0, 58.0, 59.0])

    class Clock:
        @staticmethod
        def perf_counter() -> float:
            return next(readings)

    monkeypatch.setattr(time_budget, "time", Clock)


def plan(faces: FaceData, minutes: float, precise_bn: int = 0) -> Recipe:
    recipe = dataclasses.replace(RECIPE, precise_bn=precise_bn)
    return time_budget.fit_to_budget(recipe, faces, minutes, prepare_device("float32"))


def test_as_many_epochs_as_fit(faces: FaceData, capsys: pytest.CaptureFixture[str]) -> None:
    # An epoch: 8 seconds of steps, 2 of evaluation. Of 200 seconds 59 are gone, 41 will go into
    # compiling, a tenth of the rest is spared.
    recipe = plan(faces, 200 / 60)
    assert recipe.epochs == 9
    assert recipe.warmup_epochs == pytest.approx(0.9)
    assert capsys.readouterr().out == "", "the trial's progress is nobody's business"


def test_evaluation_takes_its_time(faces: FaceData) -> None:
    assert plan(faces, 200 / 60, precise_bn=64 * 10).epochs == 3


def test_never_more_than_the_recipe_has(faces: FaceData) -> None:
    assert plan(faces, 600) == RECIPE


def test_less_than_an_epoch_is_refused(faces: FaceData) -> None:
    with pytest.raises(InputError, match=r"time_budget 1\.1: one epoch takes about 0\.2 minutes"):
        plan(faces, 1.1)
    with pytest.raises(InputError, match=r"time_budget 0\.5: one epoch takes about 0\.2 minutes"):
        plan(faces, 0.5)


@pytest.mark.parametrize("minutes", [0.0, -1.0, float("inf"), float("nan")])
def test_no_time_at_all_is_refused_at_once(minutes: float, faces: FaceData) -> None:
    with pytest.raises(InputError, match=r"time_budget .*: take minutes above 0"):
        plan(faces, minutes)
