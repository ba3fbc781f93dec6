"""`fer-keras tune`: section 3.2's search, by Optuna."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options, sweep_options
from fer_keras.cli.lists import words
from fer_keras.cli.printing import printer


def tune(
    space: Annotated[
        str | None,
        typer.Option(
            help="Some of filters,kernel,padding,dropout,dense,blocks,lr (the default), and "
            "decay,batch,changes."
        ),
    ] = None,
    trials: Annotated[int, typer.Option(help="Finished trials wanted in all.", min=1)] = 50,
    arch: Annotated[str | None, typer.Option(help="Architecture to search; default final.")] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Recipe (JSON) that trials start from; default its own.")
    ] = None,
    epochs: Annotated[int, typer.Option(help="Epochs of a trial.", min=1)] = 10,
    data: data_options.Data = data_options.DEFAULT_DATA,
    sizes: data_options.Sizes = None,
    seed: data_options.Seed = 0,
    precision: data_options.Precision = data_options.DEFAULT_PRECISION,
    device: data_options.Device = None,
    out: Annotated[Path, typer.Option(help="Folder for what was found.")] = Path("runs/tune"),
    storage: sweep_options.Storage = None,
    study: Annotated[str | None, typer.Option(help="The study's name; default ARCH.")] = None,
) -> None:
    """Search hyperparameters by validation accuracy; poor trials are stopped early.

    The study is kept (OUT/study.db, or --storage): a search that was stopped goes on, and several
    processes or machines can work on one. `train --recipe OUT/best-recipe.json` takes what it
    found.

    Example: `fer-keras tune --space kernel,dropout,lr --trials 30 --data fer2013.csv.gz`
    """
    from fer_keras.studies.search_space import PAPER_SPACE, check_space
    from fer_keras.training.recipes import choose_recipe

    base = choose_recipe(recipe, arch=arch or (None if recipe else "final"))
    names = PAPER_SPACE if space is None else words(space)
    check_space(names)
    say, _ = printer()
    faces = data_options.open_faces(data, sizes=sizes, report=say)

    from fer_keras.studies.tuning import tune as search

    search(
        faces,
        base,
        names,
        trials=trials,
        epochs=epochs,
        seed=seed,
        out=out,
        storage=storage,
        study=study,
        precision=precision,
        device=device,
        report=say,
    )
