"""`fer-keras average`: several models as one, a better teacher than each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def average(
    models: Annotated[list[str], typer.Argument(help="Runs, shipped names or .keras files.")],
    out: Annotated[Path, typer.Option(help="The .keras file to write.", metavar="FILE")],
) -> None:
    """Write one model whose answers are the mean of several models' answers.

    It is a model like any other: a teacher for `train --teacher`, or to be evaluated.

    Example: `fer-keras average runs/teacher-0 runs/teacher-1 --out runs/teachers.keras`
    """
    from fer_keras.models.average import average_models

    typer.echo(f"model: {average_models(models, out)}")
