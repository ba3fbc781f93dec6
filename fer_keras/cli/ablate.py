"""`fer-keras ablate`: what each ingredient of a recipe is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.cli import data_options
from fer_keras.cli.run_queue import PlannedRun, train_all
from fer_keras.cli.train import DEFAULT_ARCH, choose_recipe

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData


def ablate(
    data: data_options.Data = data_options.DEFAULT_DATA,
    ferplus: data_options.FerPlus = None,
    teacher: Annotated[
        Path | None, typer.Option(help="Run of a teacher, for the row of that name.")
    ] = None,
    arch: Annotated[
        str | None, typer.Option(help=f"Architecture; default {DEFAULT_ARCH} or the recipe's.")
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="Recipe file (JSON); default: the architecture's own.")
    ] = None,
    rows: Annotated[
        str | None, typer.Option(help="Some rows, as no-flip,votes; default: all that can be.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Instead of the recipe's.", min=1)] = None,
    seed: data_options.Seed = 0,
    precision: data_options.Precision = data_options.DEFAULT_PRECISION,
    out: Annotated[Path, typer.Option(help="Folder of runs and tables.")] = Path("runs/ablation"),
    sizes: data_options.Sizes = None,
) -> None:
    """Train a recipe without each of its ingredients, and compare on the validation split.

    Stopped, it goes on where it was: a run that is finished is not trained again.

    Example: `fer-keras ablate --data fer2013.csv.gz --epochs 12 --rows no-warp,no-averaging`
    """
    from rich.console import Console

    from fer_keras.studies.ablations import choose_ablations

    console = Console()
    chosen = choose_ablations(rows, ferplus is not None, teacher is not None)
    base = choose_recipe(arch, recipe, {"epochs": epochs}, [], teacher=None)
    choice = data_options.DataChoice(spec=data, ferplus=ferplus, sizes=sizes)
    faces = choice.open(report=console.print)
    plan = [
        PlannedRun(
            row.name,
            seed,
            out / f"{base.arch}-{row.name}",
            row.change(base),
            teacher if row.needs == "teacher" else None,
            precision,
        )
        for row in chosen
    ]
    for run in plan:
        run.check(faces)
    failures = train_all(plan, choice, console)
    if not failures.get(plan[0].folder.name):
        _write_table(plan, faces, out, console)
    for name, reason in failures.items():
        typer.echo(f"failed: {name}: {reason}", err=True)
    if failures:
        raise typer.Exit(1)


def _write_table(plan: list[PlannedRun], faces: FaceData, out: Path, console: Any) -> None:
    from fer_keras.models import Classifier
    from fer_keras.pictures.figure_file import save_figure
    from fer_keras.runs.run_folder import RunFolder
    from fer_keras.studies.ablation_table import (
        ablation_markdown,
        draw_ablation,
        make_ablation_table,
    )

    split = faces.split("validation")
    correct = {}
    for run in plan:
        if run.is_finished():
            best = RunFolder(run.folder).best_model
            answers = Classifier(best).probabilities(split.images, faces.labels)
            correct[run.name] = answers.argmax(1) == split.labels
    table = make_ablation_table(correct)
    for name, text in (
        ("ablation.csv", table.to_csv(index=False)),
        ("ablation.md", ablation_markdown(table)),
    ):
        temporary = out / f".partial-{name}"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(out / name)
    if len(table) > 1:
        save_figure(draw_ablation(table), out / "ablation.png")
    console.print(ablation_markdown(table), markup=False, highlight=False)
    console.print(f"tables: {out}/ablation.csv, .md, .png", highlight=False, soft_wrap=True)
