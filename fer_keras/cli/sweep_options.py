"""What the commands that train many models share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from fer_keras.cli.streams import print_error

Storage = Annotated[
    str | None,
    typer.Option(
        help="Database by which machines share the work: a file, or a URL such as "
        "postgresql+psycopg://user@host/database."
    ),
]


@contextmanager
def failed_runs() -> Iterator[None]:
    """Say which trainings failed, a line for each, and exit with 1."""
    from fer_keras.studies.planned_run import FailedRunsError

    try:
        yield
    except FailedRunsError as error:
        for name, reason in error.failures.items():
            print_error(f"failed: {name}: {reason}")
        raise typer.Exit(1) from error
