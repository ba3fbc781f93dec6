"""`fer-keras tune`: section 3.2's search, by Optuna."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.errors import InputError

if TYPE_CHECKING:
    import optuna

    from fer_keras.studies.search_space import Dimension
    from fer_keras.training.recipe import Recipe


def tune(
    space: Annotated[
        str, typer.Option(help="Some of filters,kernel,padding,dropout,dense,lr,blocks.")
    ] = "filters,kernel,padding,dropout,dense,lr,blocks",
    trials: Annotated[int, typer.Option(help="Finished trials wanted in all.", min=1)] = 50,
    arch: Annotated[str, typer.Option(help="Architecture to search.")] = "final",
    epochs: Annotated[int, typer.Option(help="Epochs of a trial.", min=1)] = 10,
    data: data_options.Data = data_options.DEFAULT_DATA,
    sizes: data_options.Sizes = None,
    seed: data_options.Seed = 0,
    out: Annotated[Path, typer.Option(help="Folder for what was found.")] = Path("runs/tune"),
    storage: Annotated[
        str | None,
        typer.Option(help="File or database URL of the study; default OUT/study.db."),
    ] = None,
    study: Annotated[str | None, typer.Option(help="The study's name; default ARCH.")] = None,
) -> None:
    """Search hyperparameters by validation accuracy; poor trials are stopped early.

    The study is kept: a search that was stopped goes on, and several processes or machines can work
    on one. `train --recipe OUT/best-recipe.json` takes what it found.

    Example: `fer-keras tune --space kernel,dropout,lr --trials 30 --data fer2013.csv.gz`
    """
    import dataclasses
    import inspect

    import optuna
    from rich.console import Console

    from fer_keras.architectures.registry import find_architecture
    from fer_keras.studies.search import finished_trials, open_study, search
    from fer_keras.studies.search_space import choose_space
    from fer_keras.training.device import prepare_device
    from fer_keras.training.recipes import default_recipe

    console = Console()
    recipe = default_recipe(arch)
    recipe = dataclasses.replace(
        recipe, epochs=epochs, warmup_epochs=min(recipe.warmup_epochs, epochs / 10)
    )
    options = list(inspect.signature(find_architecture(arch).build).parameters)
    dimensions = choose_space([n.strip() for n in space.split(",") if n.strip()], options, arch)
    faces = data_options.DataChoice(spec=data, sizes=sizes).open(report=console.print)

    optuna.logging.set_verbosity(optuna.logging.WARNING)  # a line a trial is ours to print
    found = open_study(storage or str(out / "study.db"), study or arch)
    for key, value in {"fingerprint": faces.fingerprint, "epochs": epochs}.items():
        if found.user_attrs.setdefault(key, value) != value:
            raise InputError(f"study {found.study_name}: has another {key}; name a new --study")
        found.set_user_attr(key, value)
    console.print(f"{finished_trials(found)} of {trials} trials are finished", highlight=False)

    def show(trial: optuna.trial.FrozenTrial) -> None:
        best = max(trial.intermediate_values.values(), default=0.0)
        values = ", ".join(f"{name} {value}" for name, value in trial.params.items())
        console.print(
            f"trial {trial.number}: {trial.state.name.lower()}, {best:.2%} ({values}); "
            f"{finished_trials(found)} of {trials}",
            highlight=False,
            soft_wrap=True,
        )

    search(found, recipe, dimensions, faces, prepare_device(), trials, seed, show)
    _write(found, recipe, dimensions, out)
    console.print(
        f"best {found.best_value:.2%}: {found.best_params}; recipe: {out}/best-recipe.json",
        highlight=False,
        soft_wrap=True,
    )


def _write(study: optuna.Study, base: Recipe, space: list[Dimension], out: Path) -> None:
    """The best recipe, the table and the pictures."""
    import json

    import optuna

    from fer_keras.pictures.figure_file import save_figure
    from fer_keras.runs.run_folder import RunFolder
    from fer_keras.studies import search_tables
    from fer_keras.studies.search import FINISHED, recipe_of

    try:
        best = study.best_trial
    except ValueError as error:
        raise InputError(
            f"study {study.study_name}: no trial ran to its end; ask for more --trials"
        ) from error
    out.mkdir(parents=True, exist_ok=True)
    folder = RunFolder(out)
    recipe = recipe_of(optuna.trial.FixedTrial(best.params), base, space)
    folder.write_text("best-recipe.json", json.dumps(recipe.to_json(), indent=2) + "\n")
    trials = study.get_trials(states=FINISHED)
    table = search_tables.by_hyperparameter(trials)
    folder.write_text("by-hyperparameter.csv", table.to_csv(index=False))
    folder.write_text("by-hyperparameter.md", search_tables.to_markdown(table))
    save_figure(
        search_tables.draw_importances(search_tables.importances(study)), out / "importance.png"
    )
    save_figure(search_tables.draw_history(trials), out / "history.png")
