"""`fer-keras export`: TFLite files for phones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options


def export(
    model: Annotated[Path, typer.Argument(help="Run folder, or a .keras file.")],
    data: data_options.OptionalData = None,
    sizes: data_options.Sizes = None,
    formats: Annotated[
        str, typer.Option(help="Some of float32,float16,dynamic,int8.")
    ] = "float32,float16,dynamic,int8",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; default 'export' beside the model.")
    ] = None,
    samples: Annotated[int, typer.Option(help="Faces that calibrate int8.")] = 200,
    balanced: Annotated[bool, typer.Option(help="Calibrate with equal numbers per class.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of their choice.", min=0)] = 0,
) -> None:
    """Export a model as TFLite; int8 is checked to compute in integers from end to end.

    Example: `fer-keras export runs/final-slim-1 --formats float32,int8`
    """
    from rich.console import Console
    from rich.table import Table

    from fer_keras.cli.run_data import choose_data
    from fer_keras.evaluation.predictions import find_model
    from fer_keras.export.calibration import Calibration
    from fer_keras.export.exporting import export_model

    console = Console()
    model_file = find_model(model)
    faces = choose_data([model], data, sizes=sizes).open(report=console.print)
    folder = out or model_file.parent / "export"
    report = export_model(
        model_file,
        faces,
        folder,
        [form.strip() for form in formats.split(",") if form.strip()],
        Calibration(samples=samples, balanced=balanced, seed=seed),
    )
    table = Table("file", "bytes", "input", "output", "operators")
    for file in report["files"]:
        table.add_row(
            file["file"],
            f"{file['bytes']:,}",
            file["inputs"][0]["dtype"],
            file["outputs"][0]["dtype"],
            ", ".join(f"{count} {name}" for name, count in file["operators"].items()),
        )
    console.print(table)
    console.print(f"written to {folder}", highlight=False, soft_wrap=True)
