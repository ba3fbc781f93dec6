"""`fer-keras reproduce`: the paper's table 1, stage by stage, seed by seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.cli import data_options
from fer_keras.cli.run_queue import PlannedRun, train_all
from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData
    from fer_keras.training.recipe import Recipe


def reproduce(
    data: data_options.Data = data_options.DEFAULT_DATA,
    stages: Annotated[
        str | None, typer.Option(help="Some of the paper's, as baseline,final; default all.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="Runs of each stage, seeds 0 and up.", min=1)] = 4,
    epochs: Annotated[int, typer.Option(help="Epochs of each run.", min=1)] = 10,
    out: Annotated[Path, typer.Option(help="Folder of runs and tables.")] = Path("runs/paper"),
    table_only: Annotated[
        bool, typer.Option("--table-only", help="Make the tables from the runs that are finished.")
    ] = False,
    sizes: data_options.Sizes = None,
    precision: data_options.Precision = data_options.DEFAULT_PRECISION,
) -> None:
    """Train the paper's stages with its recipe, and set table 1 beside ours.

    Stopped, it goes on where it was: a run that is finished is not trained again.

    Example: `fer-keras reproduce --data fer2013.csv.gz --stages final-slim --seeds 2`
    """
    from rich.console import Console

    console = Console()
    choice = data_options.DataChoice(spec=data, sizes=sizes)
    faces = choice.open(report=console.print)
    plan = [
        PlannedRun(stage, seed, out / f"{stage}-seed-{seed}", recipe, precision=precision)
        for stage, recipe in _recipes(stages, epochs).items()
        for seed in range(seeds)
    ]
    for run in plan:
        run.check(faces)
    failures = {} if table_only else train_all(plan, choice, console)
    _write_tables(plan, faces, out, console)
    for name, reason in failures.items():
        typer.echo(f"failed: {name}: {reason}", err=True)
    if failures:
        raise typer.Exit(1)


def _recipes(stages: str | None, epochs: int) -> dict[str, Recipe]:
    import dataclasses

    from fer_keras.training.recipes import PAPER

    names = [name.strip() for name in stages.split(",")] if stages else list(PAPER)
    for name in names:
        if name not in PAPER:
            raise InputError(f"--stages {name}: the paper's are {', '.join(PAPER)}")
    return {name: dataclasses.replace(PAPER[name], epochs=epochs) for name in names}


def _write_tables(plan: list[PlannedRun], faces: FaceData, out: Path, console: Any) -> None:
    from rich.table import Table

    from fer_keras.runs.run_folder import RunFolder
    from fer_keras.studies.paper_table import Result, make_table, read_result, write_table

    results: dict[str, list[Result]] = {run.name: [] for run in plan}
    for run in plan:
        if run.is_finished():
            results[run.name].append(read_result(RunFolder(run.folder), faces))
    table = make_table(results, len(faces.labels))
    if table.empty:
        raise InputError(f"{out}: no run is finished, so there is no table to make")
    write_table(table, out)
    shown = Table("stage", "paper val", "ours val", "spread", "seeds", "parameters", "s/epoch")
    for row in table.to_dict("records"):
        shown.add_row(
            row["stage"],
            f"{row['paper_validation']:.2%}",
            f"{row['validation']:.2%}",
            f"{row['validation_low']:.2%} to {row['validation_high']:.2%}",
            str(row["seeds"]),
            f"{row['parameters']:,}",
            f"{row['seconds_per_epoch']:.1f}",
        )
    console.print(shown)
    console.print(f"table 1: {out}/table1.csv, .md, .png", highlight=False, soft_wrap=True)
