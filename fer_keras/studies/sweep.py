"""Many independent trainings, one after the other here, or shared out among processes or machines.

Without a database the folders say what is finished, and locks beside them what is being trained:
several processes that are given the same folder share the work. With a database (any that Optuna
takes: PostgreSQL, MySQL, a file of SQLite) each training is one that every machine that is given
the same database helps to finish, see `shared_sweep`. The run folders stay where they were trained.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.files import is_systems
from fer_keras.runs.run_folder import claim
from fer_keras.studies.planned_run import Ask, PlannedRun, SweepResult, reason_of


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
    from fer_keras.studies.shared_sweep import share_sweep
    from fer_keras.studies.storage import open_study, using_storage

    with using_storage(storage):
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
