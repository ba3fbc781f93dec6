"""`fer-keras ablate`: what each ingredient of a recipe is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options, sweep_options
from fer_keras.cli.lists import words
from fer_keras.cli.printing import printer


def ablate(
    data: data_options.Data = data_options.DEFAULT_DATA,
    ferplus: data_options.FerPlus = None,
    teacher: Annotated[
        Path | None, typer.Option(help="Run or .keras file of a teacher, for the rows of one.")
    ] = None,
    arch: data_options.Arch = None,
    recipe: data_options.RecipeFile = None,
    rows: Annotated[
        str | None, typer.Option(help="Some rows, as no-flip,votes; default: all that can be.")
    ] = None,
    epochs: data_options.Epochs = None,
    seeds: Annotated[
        int, typer.Option(help="Trainings of each row; from two on chance is known.", min=1)
    ] = 1,
    seed: data_options.Seed = 0,
    precision: data_options.Precision = data_options.DEFAULT_PRECISION,
    device: data_options.Device = None,
    out: Annotated[Path, typer.Option(help="Folder of runs and tables.")] = Path("runs/ablation"),
    table_only: Annotated[
        bool, typer.Option("--table-only", help="Make the table of the runs that are finished.")
    ] = False,
    sizes: data_options.Sizes = None,
    storage: sweep_options.Storage = None,
    study: Annotated[str, typer.Option(help="The study's name in it.")] = "ablate",
) -> None:
    """Train a recipe without each of its ingredients, and compare on the validation split.

    Stopped, it goes on where it was: a run that is finished is not trained again.
    Several processes with the same --out share the runs.

    Example: `fer-keras ablate --data fer2013.csv.gz --epochs 12 --seeds 3 --rows no-warp,adamw`
    """
    from fer_keras.runs.run_folder import check_new_run
    from fer_keras.studies.ablations import choose_ablations
    from fer_keras.training.recipes import choose_recipe

    base = choose_recipe(recipe, arch=arch, epochs=epochs)
    names = None if rows is None else words(rows)
    check_new_run(teacher=teacher)
    if names is not None:
        choose_ablations(names, base, votes=ferplus is not None, teacher=teacher is not None)
    say, console = printer()
    faces = data_options.open_faces(data, ferplus=ferplus, sizes=sizes, report=say)

    from fer_keras.cli.progress_bar import ProgressBar
    from fer_keras.studies.ablation import ablate as train_rows
    from fer_keras.studies.ablation import ablation_markdown

    with sweep_options.failed_runs(), ProgressBar(console) as bar:
        table = train_rows(
            faces,
            base,
            names,
            teacher=teacher,
            seeds=seeds,
            seed=seed,
            out=out,
            precision=precision,
            device=device,
            storage=storage,
            study=study,
            table_only=table_only,
            callbacks=[bar],
            report=say,
        )
    say(ablation_markdown(table))
    say(f"tables: {out}/ablation.csv, .md, .png")
