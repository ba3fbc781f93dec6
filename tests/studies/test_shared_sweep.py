"""A sweep that machines share: what they do to each other between two looks at the database."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import optuna
import pytest

from fer_keras.errors import InputError
from fer_keras.studies import shared_sweep
from fer_keras.studies.shared_sweep import RUN, share_sweep
from fer_keras.studies.storage import open_study

State = optuna.trial.TrialState
DATA: Any = SimpleNamespace(fingerprint="0")


class Training:
    """What a sweep wants of a planned run; training calls what the test says."""

    seed, precision, teacher_hash = 0, "float32", "a"

    def __init__(self, name: str, train: Any = lambda: None) -> None:
        self.folder, self.recipe = Path(name), SimpleNamespace(to_json=dict)
        self._train, self.trained = train, 0

    def train(self, *_: Any) -> None:
        self.trained += 1
        self._train()


def shared(study: optuna.Study, *plan: Any) -> tuple[Any, list[str]]:
    said: list[str] = []
    return share_sweep(
        plan, DATA, lambda run: {"of": run.folder.name}, study, (), said.append
    ), said


@pytest.fixture
def study(tmp_path: Path) -> optuna.Study:
    return open_study(str(tmp_path / "study.db"), "sweep")


def test_what_another_machine_puts_back_between_two_looks_is_not_given_up(
    study: optuna.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Optuna notes that a trial's process died, and only then puts it back."""
    study.enqueue_trial({}, user_attrs={RUN: "a"})
    died = study.ask()
    put_back = optuna.create_trial(state=State.WAITING, user_attrs={RUN: "a"})
    looks = 0

    def look(deepcopy: bool = True, states: Any = None) -> Any:
        nonlocal looks
        looks += states in (None, (State.RUNNING,))
        now = looks == 1 and states in (None, (State.RUNNING,))
        if now:
            study._storage.set_trial_state_values(died._trial_id, State.FAIL)
        found = optuna.Study.get_trials(study, deepcopy, states)
        if now:
            study.add_trial(put_back)
        return found

    monkeypatch.setattr(study, "get_trials", look)
    run = Training("a")
    result, _ = shared(study, run)
    assert result.answers == {"a": {"of": "a"}}
    assert run.trained == 1


def test_why_one_failed_is_kept_and_the_others_go_on(study: optuna.Study) -> None:
    def fail() -> None:
        raise RuntimeError("no luck")

    result, said = shared(study, Training("a", fail), Training("b"))
    assert (result.failures, list(result.answers)) == ({"a": "no luck"}, ["b"])
    assert "failed: a: no luck" in said


def test_what_a_machine_with_a_full_disk_could_not_train_another_does(study: optuna.Study) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        shared(study, Training("a", full))
    result, _ = shared(study, Training("a"))
    assert list(result.answers) == ["a"]


def test_a_machine_that_slept_leaves_its_training_to_the_one_that_took_it_up(
    study: optuna.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_sweep, "POLL", 0)
    slept = False

    def sleep() -> None:
        """Meanwhile its trial counts as dead, and another process puts it back."""
        nonlocal slept
        if slept:
            return
        slept = True
        storage = study._storage
        (running,) = study.get_trials(states=(State.RUNNING,))
        storage.set_trial_state_values(running._trial_id, State.FAIL)
        storage.get_heartbeat_stale_trial_callback()(study, running)

    run = Training("a", sleep)
    result, said = shared(study, run)
    assert list(result.answers) == ["a"]
    assert run.trained == 2
    assert [line for line in said if re.search("no sign of life for 60 s", line)]
    complete = study.get_trials(states=(State.COMPLETE,))
    assert [trial.user_attrs[RUN] for trial in complete] == ["a"]


@pytest.mark.parametrize(
    "other", [{"teacher_hash": "b"}, {"seed": 1}, {"precision": "mixed_float16"}]
)
def test_another_training_of_the_name_is_refused(
    other: dict[str, Any], study: optuna.Study
) -> None:
    shared(study, Training("one"))
    training = Training("one")
    vars(training).update(other)
    with pytest.raises(InputError, match="has another training called one"):
        shared(study, training)
    assert not training.trained
