"""Optuna, or how to get it, and its studies in a database that processes and machines share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError

try:
    import optuna
    from sqlalchemy import event
    from sqlalchemy.exc import SQLAlchemyError
except ImportError as error:
    raise InputError(
        "searches, and sweeps with a `storage`, need Optuna: pip install 'fer-keras[tune]'"
    ) from error

__all__ = ["open_study", "optuna", "run_trial", "using_storage"]

HEARTBEAT = 10
"""Seconds between a living trial's signs of life."""

GRACE = 6 * HEARTBEAT
"""Seconds without one after which its process counts as dead: compiling a network on a busy machine
holds a process up for a good while, and a trial that is taken for dead would run twice."""


def open_study(storage: str, name: str) -> optuna.Study:
    """The study in a database, made where it is not there yet.

    A trial whose process has died is put into the queue again, with the same values.

    Args:
        storage: a URL that Optuna takes (`postgresql+psycopg://user:password@host/database`), or a
            file's path (SQLite).
        name: the study's name.

    Raises:
        InputError: if the database can't be opened.
    """
    url = storage if "://" in storage else f"sqlite:///{Path(storage).absolute()}"
    try:
        if "://" not in storage:
            Path(storage).absolute().parent.mkdir(parents=True, exist_ok=True)
        database = optuna.storages.RDBStorage(
            url,
            heartbeat_interval=HEARTBEAT,
            grace_period=GRACE,
            heartbeat_stale_trial_callback=optuna.storages.RetryHeartbeatStaleTrialCallback(),
            engine_kwargs={
                "pool_pre_ping": True,  # a connection that the network has dropped is opened anew
                # SQLite waits so long for another process's turn to end.
                "connect_args": {"timeout": GRACE} if url.startswith("sqlite") else {},
            },
        )
        if database.engine.dialect.name == "sqlite":
            _take_turns(database)
        return optuna.create_study(
            study_name=name,
            storage=database,
            load_if_exists=True,
            direction="maximize",
            sampler=optuna.samplers.TPESampler(),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
        )
    except Exception as error:  # SQLAlchemy's errors depend on the driver
        raise InputError(
            f"storage {storage}: can't be opened ({_reason(error)})", "storage"
        ) from error


def _take_turns(database: optuna.storages.RDBStorage) -> None:
    """Let processes that share a file of SQLite see each other's changes before they decide.

    Python's sqlite3 begins a transaction at the first thing that is written. What was read before
    may be another process's by then: two took up one trial, and both put back one that had died.
    """

    def leave_transactions_to_us(connection: Any, record: object) -> None:
        connection.isolation_level = None

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(database.engine, "connect", leave_transactions_to_us)
    event.listen(database.engine, "begin", begin)
    database.engine.dispose()  # connections of before do not know of it


def run_trial(
    study: optuna.Study,
    objective: Callable[[optuna.Trial], float],
    report: Callable[[str], None],
    **options: Any,
) -> None:
    """Run the next trial of a study.

    A trial that gave no sign of life for `GRACE` seconds, as on a machine that slept, has been
    taken up by another process: what came of it here is dropped then.

    Args:
        study: from `open_study`.
        objective: of the study.
        report: called with a line where the trial was lost to another process.
        options: of `optuna.Study.optimize`.
    """
    try:
        study.optimize(objective, n_trials=1, gc_after_trial=True, **options)
    except (optuna.exceptions.UpdateFinishedTrialError, ValueError) as error:
        lost = isinstance(error, optuna.exceptions.UpdateFinishedTrialError)
        if not lost and "Cannot tell a" not in str(error):  # an InputError of ours, say
            raise
        report(f"a trial gave no sign of life for {GRACE} s: others have taken it up")


@contextmanager
def using_storage(storage: str) -> Iterator[None]:
    """Inside, Optuna is quiet, since lines about trials are ours, and the database may fail.

    What it refuses while a study goes on (its disk is full, say) is said in a line.

    Args:
        storage: as for `open_study`.

    Raises:
        InputError: if it can't be read or written any more.
    """
    talks = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield
    except (optuna.exceptions.StorageInternalError, SQLAlchemyError) as error:
        raise InputError(
            f"storage {storage}: can't be used any more ({_reason(error)})", "storage"
        ) from error
    finally:
        optuna.logging.set_verbosity(talks)


def _reason(error: BaseException) -> str:
    """The driver's own words; SQLAlchemy adds the statement, and a link."""
    if isinstance(error, optuna.exceptions.StorageInternalError) and error.__cause__:
        error = error.__cause__
    return " ".join(str(getattr(error, "orig", None) or error).split())[:200]
