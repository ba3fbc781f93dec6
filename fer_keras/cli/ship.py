"""`fer-keras ship`: a trained run becomes weights that travel in the package."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.printing import printer
from fer_keras.errors import InputError
from fer_keras.keras_backend import choose_tensorflow

if TYPE_CHECKING:
    from fer_keras.data.face_data import DataOrigin, FaceData


def ship(
    run: Annotated[Path, typer.Argument(help="Run folder.")],
    name: Annotated[str, typer.Option(help="What `fer_keras.load` will call it.")],
    data: Annotated[
        str | None,
        typer.Option(help="The run's data, also with a test split; default: as it was trained."),
    ] = None,
    ferplus: data_options.FerPlus = None,
    peer: Annotated[
        Path | None, typer.Option(help="Another project's .tflite, timed beside int8.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the weights; default: your own, which every command knows."),
    ] = None,
) -> None:
    """Scale a run's probabilities, export it, measure it, and write its model card.

    The test split, where the data has one, is judged here, once, after every choice.

    Example: `fer-keras ship runs/mobile-s-1 --name mobile-s --data fer2013.csv.gz`
    """
    from fer_keras.data.source import open_again
    from fer_keras.models.model_file import user_weights
    from fer_keras.runs.run_folder import RunFolder, data_origin
    from fer_keras.shipping.ship import ship as make_files
    from fer_keras.studies.peer import check_peer

    choose_tensorflow()
    say, _ = printer()
    check_peer(peer)
    folder, target = RunFolder(run), out or user_weights()
    origin = data_origin(folder)
    if data is not None:
        origin = dataclasses.replace(origin, spec=data)
    if ferplus is not None:
        if origin.ferplus is None:
            raise InputError(
                f"ferplus: {run} was trained without FER+'s votes; leave it out", "ferplus"
            )
        origin = dataclasses.replace(origin, ferplus=ferplus)
    values = make_files(
        folder,
        name,
        open_again(origin, say),
        target,
        majority=_majority(origin),
        ferplus=origin.ferplus,
        peer=peer,
        report=say,
    )
    for file, figures in values["files"].items():
        accuracies = (
            f"{part} {f['accuracy']['value']:.2%}" for part, f in figures["splits"].items()
        )
        say(f"{file}: {figures['bytes'] / 1000:,.0f} KB, {', '.join(accuracies)}")
    say(f"model card: {target / name}.md")


def _majority(origin: DataOrigin) -> FaceData | None:
    """FER+'s faces labelled by the majority of votes; None for other labels."""
    from fer_keras.data.source import open_again

    if origin.labels != "ferplus":
        return None
    return open_again(dataclasses.replace(origin, ferplus_mode="majority"))
