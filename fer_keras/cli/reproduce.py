"""`fer-keras reproduce`: the paper's table 1, stage by stage, seed by seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.cli import data_options
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
        (stage, seed, out / f"{stage}-seed-{seed}", recipe)
        for stage, recipe in _recipes(stages, epochs).items()
        for seed in range(seeds)
    ]
    for _, seed, folder, recipe in plan:
        _check_same(folder, recipe, seed, faces)
    failures = {} if table_only else _train_all(plan, choice, console)
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


def _check_same(folder: Path, recipe: Recipe, seed: int, faces: FaceData) -> None:
    """A run that is there must be the one that would be trained."""
    from fer_keras.training.recipe import recipe_from_json
    from fer_keras.training.run_folder import RunFolder

    run = RunFolder(folder)
    if not run.config_file.exists():
        return
    config = run.read_config()
    same = {
        "recipe": recipe_from_json(config["recipe"], str(run.config_file)) == recipe,
        "seed": config["seed"] == seed,
        "data": config["fingerprint"] == faces.fingerprint,
    }
    for what, is_same in same.items():
        if not is_same:
            raise InputError(f"{folder}: was trained with another {what}; choose another --out")


def _is_finished(folder: Path) -> bool:
    from fer_keras.training.run_folder import RunFolder
    from fer_keras.training.state import read_progress

    run = RunFolder(folder)
    if not run.last_state.exists() or not run.config_file.exists():
        return False
    return bool(read_progress(run.last_state).epochs >= run.read_config()["recipe"]["epochs"])


def _train_all(
    plan: list[tuple[str, int, Path, Recipe]], choice: data_options.DataChoice, console: Any
) -> dict[str, str]:
    """Train what is not finished. Returns the reasons of the runs that failed, by folder name."""
    import time

    import keras

    from fer_keras.cli.train import resume_run, start_run

    left = [entry for entry in plan if not _is_finished(entry[2])]
    console.print(f"{len(plan) - len(left)} of {len(plan)} runs are finished", highlight=False)
    failures: dict[str, str] = {}
    started = time.monotonic()
    for done, (_, seed, folder, recipe) in enumerate(left):
        ahead = ""
        if done:
            minutes = (time.monotonic() - started) / done * (len(left) - done) / 60
            ahead = f", about {minutes:.0f} minutes to go"
        console.rule(f"{folder.name}: run {done + 1} of {len(left)}{ahead}")
        keras.backend.clear_session()
        try:
            if (folder / "config.json").exists():
                resume_run(folder, console)
            else:
                start_run(recipe, choice, seed, folder, "float32", None, None, console)
        except Exception as error:  # one stage must not lose the others
            failures[folder.name] = " ".join(str(error).split()) or type(error).__name__
            console.print(f"failed: {failures[folder.name]}", markup=False, soft_wrap=True)
    return failures


def _write_tables(
    plan: list[tuple[str, int, Path, Recipe]], faces: FaceData, out: Path, console: Any
) -> None:
    from rich.table import Table

    from fer_keras.evaluation.table1 import Result, make_table, read_result, write_table
    from fer_keras.training.run_folder import RunFolder

    results: dict[str, list[Result]] = {stage: [] for stage, *_ in plan}
    for stage, _, folder, _ in plan:
        if _is_finished(folder):
            results[stage].append(read_result(RunFolder(folder), faces))
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
