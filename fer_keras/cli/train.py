"""`fer-keras train`: an architecture, a recipe, a data set; a run folder comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.cli import data_options
from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.training.recipe import Recipe

DEFAULT_ARCH = "mobile-s"


def train(
    arch: Annotated[
        str | None, typer.Option(help=f"Architecture; default {DEFAULT_ARCH} or the recipe's.")
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Recipe file (JSON); default: the architecture's own.")
    ] = None,
    data: data_options.Data = data_options.DEFAULT_DATA,
    labels: data_options.Labels = data_options.DEFAULT_LABELS,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.FerPlusMode = data_options.DEFAULT_FERPLUS_MODE,
    sizes: data_options.Sizes = None,
    seed: data_options.Seed = 0,
    out: Annotated[
        Path | None, typer.Option(help="Run folder to make; default the next runs/ARCH-N.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with this run; takes no other option.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Instead of the recipe's.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Instead of the recipe's.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Instead of the recipe's.")] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(help="Builder's argument as NAME=VALUE (JSON), e.g. dropout=0.3; repeatable."),
    ] = None,
    teacher: Annotated[
        Path | None, typer.Option(help="Run whose model's probabilities are half of the targets.")
    ] = None,
    start_from: Annotated[
        Path | None,
        typer.Option(help="Run or .keras file whose weights to begin with (fine-tuning)."),
    ] = None,
    precision: data_options.Precision = data_options.DEFAULT_PRECISION,
    time_budget: Annotated[
        float | None, typer.Option(help="Plan the epochs to end within these minutes.")
    ] = None,
) -> None:
    """Train a model; the best epoch on the validation split is kept.

    Example: `fer-keras train --arch final-slim --data fer2013.csv.gz`
    """
    from rich.console import Console

    console = Console()
    if resume is not None:
        resume_run(resume, console)
        return
    choice = data_options.DataChoice(data, labels, ferplus, ferplus_mode, sizes)
    changes = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
    chosen = choose_recipe(arch, recipe, changes, option or [], teacher)
    run = start_run(
        chosen, choice, seed, out, precision, teacher, time_budget, console, start=start_from
    )
    console.print(f"run folder: {run}", highlight=False, soft_wrap=True)


def choose_recipe(
    arch: str | None,
    recipe_file: Path | None,
    changes: dict[str, Any],
    options: list[str],
    teacher: Path | None,
) -> Recipe:
    """The recipe that the options ask for.

    Raises:
        InputError: if one of them does not fit.
    """
    import dataclasses
    import json

    from fer_keras.training.recipe import read_recipe
    from fer_keras.training.recipes import default_recipe

    if recipe_file is not None:
        recipe = read_recipe(recipe_file)
        if arch is not None and arch != recipe.arch:
            recipe = dataclasses.replace(recipe, arch=arch, options={})
    else:
        recipe = default_recipe(arch or DEFAULT_ARCH)
    values = {name: value for name, value in changes.items() if value is not None}
    if "epochs" in values:
        values["warmup_epochs"] = min(recipe.warmup_epochs, values["epochs"] / 10)
    builder = dict(recipe.options)
    for text in options:
        name, _, value = text.partition("=")
        try:
            builder[name] = json.loads(value)
        except ValueError as error:
            raise InputError(
                f"--option {text}: write NAME=VALUE with a JSON value, e.g. dropout=0.3"
            ) from error
    if teacher is not None and not recipe.teacher_weight:
        values["teacher_weight"] = 0.5
    return dataclasses.replace(recipe, options=builder, **values)


def start_run(
    recipe: Recipe,
    choice: data_options.DataChoice,
    seed: int,
    out: Path | None,
    precision: str,
    teacher: Path | None,
    time_budget: float | None,
    console: Any,
    *,
    start: Path | None = None,
) -> Path:
    """Make a run folder and train in it. Returns the folder."""
    # Read first: bad data should not wait for TensorFlow.
    faces = choice.open(report=console.print)

    import keras

    from fer_keras.architectures.registry import build
    from fer_keras.runs.environment import describe_environment
    from fer_keras.runs.run_folder import new_run_folder
    from fer_keras.runs.start_weights import load_start_weights
    from fer_keras.runs.time_budget import fit_to_budget
    from fer_keras.training.device import PRECISIONS, prepare_device

    if precision not in PRECISIONS:
        raise InputError(f"--precision {precision}: take one of {', '.join(PRECISIONS)}")
    # An impossible recipe leaves no folder.
    model = build(recipe.arch, len(faces.labels), recipe.options)
    if start is not None:
        load_start_weights(model, start)
    recipe.augment()
    device = prepare_device(precision)
    if time_budget is not None:
        recipe = fit_to_budget(
            recipe,
            faces.split("train"),
            len(faces.labels),
            time_budget,
            device,
            evaluated=len(faces.split("validation")) + recipe.statistics,
        )
    keras.backend.clear_session()
    faces.split("validation")
    run = new_run_folder(out, recipe.arch)
    run.write_config(
        {
            "recipe": recipe.to_json(),
            "seed": seed,
            "precision": precision,
            "teacher": str(teacher) if teacher else None,
            "start": str(start) if start else None,
            "data": choice.to_json(),
            "labels": list(faces.labels),
            "fingerprint": faces.fingerprint,
            "faces": {name: len(split) for name, split in faces.splits.items()},
            "device": device.description,
            **describe_environment(),
        }
    )
    _train_and_show(run.path, faces, console)
    return run.path


def resume_run(path: Path, console: Any) -> None:
    """Go on with a run from its last whole epoch.

    Raises:
        InputError: if it is no run, or its data has changed.
    """
    from fer_keras.runs.run_folder import RunFolder

    config = RunFolder(path).read_config()
    faces = data_options.DataChoice.from_json(config["data"]).open(report=console.print)
    if faces.fingerprint != config["fingerprint"]:
        raise InputError(
            f"--resume {path}: {faces.source} is not the data that the run began with; "
            "put that back, or train anew"
        )
    _train_and_show(path, faces, console)


def _train_and_show(path: Path, faces: Any, console: Any) -> None:
    from fer_keras.runs.loop import train as train_epochs
    from fer_keras.runs.run_folder import RunFolder
    from fer_keras.runs.teacher import teacher_probabilities
    from fer_keras.training.device import prepare_device
    from fer_keras.training.progress_bar import ProgressBar
    from fer_keras.training.recipe import recipe_from_json

    run = RunFolder(path)
    config = run.read_config()
    recipe = recipe_from_json(config["recipe"], str(run.config_file))
    device = prepare_device(config["precision"])
    console.print(
        f"{recipe.arch} on {faces.source}: {recipe.epochs} epochs of "
        f"{len(faces.split('train')):,} faces, on {device.description}, {config['precision']}",
        highlight=False,
        soft_wrap=True,
    )
    teacher = None
    if config["teacher"]:
        teacher = teacher_probabilities(RunFolder(Path(config["teacher"])), faces)
    steps = -(-len(faces.split("train")) // recipe.batch_size)

    def show(row: dict[str, float]) -> None:
        console.print(
            f"epoch {row['epoch']:>3.0f}/{recipe.epochs}  "
            f"train loss {row['loss']:.4f} accuracy {row['accuracy']:.2%}  "
            f"validation loss {row['val_loss']:.4f} accuracy {row['val_accuracy']:.2%}  "
            f"{row['seconds']:.1f} s",
            highlight=False,
            soft_wrap=True,
        )

    with ProgressBar(console, steps, recipe.epochs) as bar:
        progress = train_epochs(
            recipe,
            faces,
            run,
            seed=config["seed"],
            device=device,
            teacher=teacher,
            start=Path(config["start"]) if config.get("start") else None,
            callbacks=[bar],
            on_epoch=show,
        )

    from fer_keras.runs.run_summary import write_run_summary

    write_run_summary(path, faces)
    console.print(
        f"best validation accuracy {progress.best_accuracy:.2%}; model: {run.best_model}",
        highlight=False,
        soft_wrap=True,
    )
