"""A sweep that machines share by a database: each training is a trial of an Optuna study.

A process gives signs of life while it trains; a training whose process has died is taken up again
by another. The answers lie in the database, so that each machine can make the whole table.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.runs.planned import PlannedRun
from fer_keras.studies.optuna_library import optuna
from fer_keras.studies.sweep import Ask, SweepResult, reason_of

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
