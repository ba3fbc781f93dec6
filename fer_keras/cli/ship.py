"""`fer-keras ship`: a trained run becomes weights that travel in the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options


def ship(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    name: Annotated[str, typer.Option(help="What `fer_keras.load` will call it.")],
    data: data_options.OptionalData = None,
    peer: Annotated[
        Path | None, typer.Option(help="Another project's .tflite, timed beside int8.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the weights.")] = Path("fer_keras/weights"),
) -> None:
    """Calibrate a run's probabilities, export it, measure it, and write its model card.

    Example: `fer-keras ship runs/mobile-s-1 --name mobile-s --data fer2013.csv.gz`
    """
    from rich.console import Console

    from fer_keras.cli.run_data import choose_data
    from fer_keras.errors import InputError
    from fer_keras.runs.run_folder import RunFolder
    from fer_keras.shipping.ship import ship as make_files

    console = Console()

    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    if peer is not None and not peer.is_file():
        raise InputError(f"--peer {peer}: no such file")
    faces = choose_data([run], data).open(report=say)
    values = make_files(RunFolder(run), name, faces, out, peer=peer, report=say)
    for file, figures in values["files"].items():
        say(f"{file}: {figures['bytes'] / 1000:,.0f} KB, {figures['accuracy']['value']:.2%}")
    say(f"model card: {out / name}.md")
