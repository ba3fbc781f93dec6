"""`fer-keras train`: an architecture, a recipe, a data set; a run folder comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.lists import builder_options
from fer_keras.cli.printing import printer
from fer_keras.errors import InputError

RESUMING = ("resume", "epochs", "device")
"""The options that go with `--resume`."""


BuilderOptions = Annotated[
    list[str] | None,
    typer.Option(help="Builder's argument as NAME=VALUE (JSON), e.g. dropout=0.3; repeatable."),
]


def train(
    context: typer.Context,
    arch: data_options.Arch = None,
    recipe: data_options.RecipeFile = None,
    data: data_options.Data = data_options.DEFAULT_DATA,
    labels: data_options.Labels = data_options.DEFAULT_LABELS,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.FerPlusMode = data_options.DEFAULT_FERPLUS_MODE,
    sizes: data_options.Sizes = None,
    class_order: data_options.ClassOrder = None,
    seed: data_options.Seed = 0,
    out: Annotated[
        Path | None, typer.Option(help="Run folder to make; default the next runs/ARCH-N.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with this run; with --epochs, beyond its end.")
    ] = None,
    epochs: data_options.Epochs = None,
    batch_size: Annotated[int | None, typer.Option(help="Instead of the recipe's.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Instead of the recipe's.")] = None,
    option: BuilderOptions = None,
    teacher: Annotated[
        Path | None, typer.Option(help="Run, .keras or name whose probabilities are targets, too.")
    ] = None,
    start_from: Annotated[
        Path | None,
        typer.Option(help="Run, .keras or shipped name whose weights to begin with."),
    ] = None,
    precision: data_options.Precision = data_options.DEFAULT_PRECISION,
    device: data_options.Device = None,
    time_budget: Annotated[
        float | None, typer.Option(help="Minutes to plan epochs for, a teacher's answers aside.")
    ] = None,
    patience: Annotated[
        int | None, typer.Option(help="End after so many epochs that are no better.", min=1)
    ] = None,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write tensorboard/ into the run folder.")
    ] = False,
) -> None:
    """Train a model; the best epoch on the validation split is kept.

    Example: `fer-keras train --arch final-slim --data fer2013.csv.gz`
    """
    options = builder_options(option or [])
    if resume is not None:
        _go_on(context, resume, epochs, device)
        return
    from fer_keras.runs.run_folder import check_new_run
    from fer_keras.training.recipes import choose_recipe

    # First what is quick: neither a wrong option nor bad data should wait for TensorFlow.
    chosen = choose_recipe(
        recipe, arch=arch, epochs=epochs, batch_size=batch_size, learning_rate=learning_rate
    )
    check_new_run(out=out, teacher=teacher, start_from=start_from, tensorboard=tensorboard)
    say, console = printer()
    faces = data_options.open_faces(data, labels, ferplus, ferplus_mode, sizes, say, class_order)

    from fer_keras.cli.progress_bar import ProgressBar
    from fer_keras.runs.train import train as train_run

    with ProgressBar(console) as bar:
        train_run(
            faces,
            chosen,
            options=options,
            out=out,
            seed=seed,
            teacher=teacher,
            start_from=start_from,
            callbacks=[bar],
            patience=patience,
            tensorboard=tensorboard,
            time_budget=time_budget,
            precision=precision,
            device=device,
            report=say,
        )


def _go_on(context: typer.Context, path: Path, epochs: int | None, device: str | None) -> None:
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in RESUMING and source is not None and source.name == "COMMANDLINE":
            raise InputError(
                f"resume: a run keeps its recipe, data and seed; leave out `{name}`", "resume"
            )
    from fer_keras.runs.run import Run

    run = Run(path)  # what is no run is said before Keras is loaded
    say, console = printer()
    from fer_keras.cli.progress_bar import ProgressBar

    with ProgressBar(console) as bar:
        run.resume(epochs, device=device, callbacks=[bar], report=say)
