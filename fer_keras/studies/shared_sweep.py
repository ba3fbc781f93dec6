"""A sweep that machines share by a database: each training is a trial of an Optuna study.

A process gives signs of life while it trains; a training whose process has died is taken up again
by another. The answers lie in the database, so that each machine can make the whole table.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.files import is_systems
from fer_keras.studies.planned_run import Ask, PlannedRun, SweepResult, reason_of
from fer_keras.studies.storage import optuna, run_trial

RUN = "run"
ANSWER = "answer"
REASON = "reason"
POLL = 2.0
"""Seconds between looks at what other machines do, once there is nothing left to begin."""

State = optuna.trial.TrialState
LIVE = (State.WAITING, State.RUNNING, State.COMPLETE)


class _NotedError(Exception):
    """A training failed, and the database says why."""


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
        kept = study.user_attrs.get(name, {})
        if any(kept.get(what, value) != value for what, value in described.items()):
            raise InputError(
                f"study {study.study_name}: has another training called {name}; name a new `study`",
                "study",
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
        result, _ = _state_of(study.get_trials(deepcopy=False), planned)
        report(f"{name}: {len(result.answers)} of {len(plan)} runs are finished")
        try:
            run.train(data, report, callbacks)
            trial.set_user_attr(ANSWER, ask(run))
        except Exception as error:
            if is_systems(error):  # this machine's disk is full; others may fare better
                raise
            trial.set_user_attr(REASON, reason_of(error))
            report(f"failed: {name}: {reason_of(error)}")
            raise _NotedError from error
        return 0.0

    while True:
        optuna.storages.fail_stale_trials(study)
        trials = study.get_trials(deepcopy=False)
        result, missing = _state_of(trials, planned)
        if any(trial.state == State.WAITING for trial in trials):
            run_trial(study, objective, report, catch=(_NotedError,))
        elif any(trial.state == State.RUNNING for trial in trials):
            time.sleep(POLL)
        elif missing:  # its machine died between two notes of it, or is just putting it back
            study.enqueue_trial({}, user_attrs={RUN: missing[0]})
        else:
            return result


def _state_of(
    trials: Sequence[optuna.trial.FrozenTrial], planned: Iterable[str]
) -> tuple[SweepResult, list[str]]:
    """What has come of each training, by one look at all trials, and of which nothing has yet.

    Several looks would contradict each other: between two of them another machine puts a training
    back into the queue.
    """
    result, missing = SweepResult(), []
    for name in planned:
        own = [trial for trial in trials if trial.user_attrs.get(RUN) == name]
        complete = [trial for trial in own if trial.state == State.COMPLETE]
        reasons = [
            trial.user_attrs[REASON]
            for trial in own
            if trial.state == State.FAIL and REASON in trial.user_attrs
        ]
        if complete:
            result.answers[name] = complete[0].user_attrs[ANSWER]
        elif reasons:
            result.failures[name] = reasons[-1]
        else:
            missing.append(name)
    return result, missing


def _identity(run: PlannedRun, data: FaceData) -> dict[str, Any]:
    return {
        "recipe": run.recipe.to_json(),
        "seed": run.seed,
        "fingerprint": data.fingerprint,
        "precision": run.precision,
        "teacher": run.teacher_hash,
    }


def _trials(
    study: optuna.Study, name: str, states: tuple[optuna.trial.TrialState, ...]
) -> list[optuna.trial.FrozenTrial]:
    return [
        trial
        for trial in study.get_trials(deepcopy=False, states=states)
        if trial.user_attrs.get(RUN) == name
    ]
