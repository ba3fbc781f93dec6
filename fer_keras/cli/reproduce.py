"""`fer-keras reproduce`: the paper's table 1, stage by stage, seed by seed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options, sweep_options
from fer_keras.cli.lists import words
from fer_keras.cli.printing import printer


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
    device: data_options.Device = None,
    storage: sweep_options.Storage = None,
    study: Annotated[str, typer.Option(help="The study's name in it.")] = "reproduce",
) -> None:
    """Train the paper's stages with its recipe, and set table 1 beside ours.

    Stopped, it goes on where it was: a run that is finished is not trained again.

    Example: `fer-keras reproduce --data fer2013.csv.gz --stages final-slim --seeds 2`
    """
    from fer_keras.training.recipes import paper_recipes

    names = None if stages is None else words(stages)
    paper_recipes(names, epochs)  # a wrong name should not wait for the data
    say, console = printer()
    faces = data_options.open_faces(data, sizes=sizes, report=say)

    from rich.table import Table

    from fer_keras.cli.progress_bar import ProgressBar
    from fer_keras.studies.reproduction import reproduce as train_stages

    with sweep_options.failed_runs(), ProgressBar(console) as bar:
        table = train_stages(
            faces,
            names,
            seeds=seeds,
            epochs=epochs,
            out=out,
            precision=precision,
            device=device,
            storage=storage,
            study=study,
            table_only=table_only,
            callbacks=[bar],
            report=say,
        )
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
    say(f"table 1: {out}/table1.csv, .md, .png")
