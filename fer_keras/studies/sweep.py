"""Many independent trainings, one after the other here, or shared out among processes or machines.

Without a database the folders say what is finished, and locks beside them what is being trained:
several processes that are given the same folder share the work. With a database (any that Optuna
takes: PostgreSQL, MySQL, a file of SQLite) each training is one that every machine that is given
the same database helps to finish, see `shared_sweep`. The run folders stay where they were trained.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.files import is_systems
from fer_keras.runs.lock import claim
from fer_keras.runs.planned import PlannedRun
from fer_keras.studies.optuna_library import optuna

Ask = Callable[[PlannedRun], dict[str, Any]]
"""Gives what a finished training says to the question: plain JSON values."""


class FailedRunsError(RuntimeError):
    """Some trainings of a sweep failed; the tables have been made of the others.

    Attributes:
        failures: by folder name, why.
    """

    def __init__(self, failures: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in failures.items()))
        self.failures = dict(failures)


@dataclass
class SweepResult:
    """What came of it.

    Attributes:
        answers: by folder name, of the trainings that are finished.
        failures: by folder name, why others failed.
    """

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def run_sweep(
    plan: Sequence[PlannedRun],
    data: FaceData,
    ask: Ask,
    *,
    storage: str | None = None,
    study: str = "sweep",
    only_finished: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    report: Callable[[str], None] = print,
) -> SweepResult:
    """Train what is not finished, and ask each; one that fails does not lose the others.

    What another process trains in the same folder meanwhile is left to it, and is no part of the
    result.

    Args:
        plan: the trainings; their folders have different names.
        data: what they are trained on.
        ask: called once for each finished training.
        storage: database URL or file that machines share, or None.
        study: the study's name in it.
        only_finished: train nothing, ask what is finished in the folders.
        callbacks: Keras callbacks of every training.
        report: called with each line that tells how it goes.

    Raises:
        InputError: if a folder holds another training, or the database can't be opened.
    """
    for run in plan:
        run.check(data)
    if only_finished:
        finished = [run for run in plan if run.is_finished()]
        return SweepResult({run.folder.name: ask(run) for run in finished})
    if storage is None:
        return _alone(plan, data, ask, callbacks, report)
    from fer_keras.studies.storage import open_study, storage_errors

    with storage_errors(storage):
        return share_sweep(plan, data, ask, open_study(storage, study), callbacks, report)


def _alone(
    plan: Sequence[PlannedRun],
    data: FaceData,
    ask: Ask,
    callbacks: Sequence[keras.callbacks.Callback],
    report: Callable[[str], None],
) -> SweepResult:
    result = SweepResult()
    left = [run for run in plan if not run.is_finished()]
    report(f"{len(plan) - len(left)} of {len(plan)} runs are finished")
    started, trained, elsewhere = time.monotonic(), 0, 0
    for number, run in enumerate(left):
        name = run.folder.name
        with claim(run.folder) as mine:
            if not mine:
                report(f"{name}: another process trains it")
                elsewhere += 1
                continue
            if run.is_finished():  # another process was quicker
                continue
            ahead = ""
            if trained:
                minutes = (time.monotonic() - started) / trained * (len(left) - number) / 60
                ahead = f", about {minutes:.0f} minutes to go"
            report(f"{name}: run {number + 1} of {len(left)}{ahead}")
            try:
                run.train(data, report, callbacks)
                result.answers[name] = ask(run)
            except Exception as error:  # one run must not lose the others
                if is_systems(error):  # the next would fare no better
                    raise
                result.failures[name] = reason_of(error)
                report(f"failed: {reason_of(error)}")
            trained += 1
    for run in plan:
        name = run.folder.name
        if name not in result.answers and name not in result.failures and run.is_finished():
            result.answers[name] = ask(run)
    if elsewhere:
        report(f"{elsewhere} runs were left to other processes: make the table again after them")
    return result


def reason_of(error: Exception) -> str:
    """Why a training failed, in one line."""
    return " ".join(str(error).split()) or type(error).__name__


RUN = "run"
ANSWER = "answer"
REASON = "reason"
POLL = 2.0
"""Seconds between looks at what other machines do, once there is nothing left to begin."""

State = optuna.trial.TrialState
LIVE = (State.WAITING, State.RUNNING, State.COMPLETE)


def share_sweep(
    plan: Sequence[PlannedRun],
    data: FaceData,
    ask: Ask,
    study: optuna.Study,
    callbacks: Sequence[keras.callbacks.Callback],
    report: Callable[[str], None],
) -> SweepResult:
    """Train what nobody has, until all is finished; arguments and result as of `run_sweep`.

    Raises:
        InputError: if the study has another training of the same name.
    """
    planned = {run.folder.name: run for run in plan}
    identity = {name: _identity(run, data) for name, run in planned.items()}
    for name, described in identity.items():
        if study.user_attrs.get(name, described) != described:
            raise InputError(
                f"study {study.study_name}: has another training called {name}; name a new `study`",
                argument="study",
            )
        study.set_user_attr(name, described)
    for name in planned:
        if not _trials(study, name, LIVE):
            study.enqueue_trial({}, user_attrs={RUN: name})

    def objective(trial: optuna.Trial) -> float:
        name = trial.user_attrs.get(RUN)
        if name not in planned:
            raise optuna.TrialPruned  # another machine was quicker, and the queue empty
        if min(other.number for other in _trials(study, name, LIVE)) < trial.number:
            raise optuna.TrialPruned  # two machines put it into the queue at once
        run = planned[name]
        report(f"{name}: {len(_finished(study, planned))} of {len(plan)} runs are finished")
        try:
            run.train(data, report, callbacks)
            trial.set_user_attr(ANSWER, ask(run))
        except Exception as error:
            trial.set_user_attr(REASON, reason_of(error))
            report(f"failed: {name}: {reason_of(error)}")
            raise
        return 0.0

    while True:
        optuna.storages.fail_stale_trials(study)
        if study.get_trials(deepcopy=False, states=(State.WAITING,)):
            study.optimize(objective, n_trials=1, catch=(Exception,), gc_after_trial=True)
        elif study.get_trials(deepcopy=False, states=(State.RUNNING,)):
            time.sleep(POLL)
        elif lost := [name for name in planned if _is_lost(study, name)]:
            study.enqueue_trial(
                {}, user_attrs={RUN: lost[0]}
            )  # its machine died between two notes of it
        else:
            break
    result = SweepResult(_finished(study, planned))
    for name in planned:
        if name not in result.answers:
            reasons = [t.user_attrs.get(REASON) for t in _trials(study, name, (State.FAIL,))]
            result.failures[name] = next(reason for reason in reversed(reasons) if reason)
    return result


def _identity(run: PlannedRun, data: FaceData) -> dict[str, Any]:
    return {
        "recipe": run.recipe.to_json(),
        "seed": run.seed,
        "fingerprint": data.fingerprint,
        "precision": run.precision,
    }


def _trials(
    study: optuna.Study, name: str, states: tuple[optuna.trial.TrialState, ...]
) -> list[optuna.trial.FrozenTrial]:
    return [
        trial
        for trial in study.get_trials(deepcopy=False, states=states)
        if trial.user_attrs.get(RUN) == name
    ]


def _finished(study: optuna.Study, planned: dict[str, PlannedRun]) -> dict[str, dict[str, Any]]:
    return {
        name: trials[0].user_attrs[ANSWER]
        for name in planned
        if (trials := _trials(study, name, (State.COMPLETE,)))
    }


def _is_lost(study: optuna.Study, name: str) -> bool:
    """Neither finished nor failed for a reason: the process that had it is gone."""
    if _trials(study, name, LIVE):
        return False
    return not any(REASON in trial.user_attrs for trial in _trials(study, name, (State.FAIL,)))
