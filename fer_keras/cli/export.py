"""`fer-keras export`: files for phones, browsers and servers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.cli import data_options, export_options
from fer_keras.cli.lists import words
from fer_keras.cli.printing import print_table, say
from fer_keras.keras_backend import choose_tensorflow

if TYPE_CHECKING:
    from fer_keras.tables import TextTable


def export(
    model: Annotated[str, typer.Argument(help="Run folder, .keras file or shipped name.")],
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    labels: data_options.OptionalLabels = None,
    ferplus: data_options.FerPlus = None,
    sizes: data_options.Sizes = None,
    formats: export_options.Formats = "float32,float16,dynamic,int8",
    inputs: Annotated[
        str, typer.Option(help="Some of grey,rgb; rgb converts inside the graph.")
    ] = "grey",
    io: Annotated[str, typer.Option(help="What int8 takes and gives: uint8 or float32.")] = "uint8",
    dynamic_batch: Annotated[
        bool, typer.Option("--dynamic-batch", help="Any number of faces at a time, for servers.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; default 'export' beside the model.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Start of the files' names; default: the model's.")
    ] = None,
    max_drop: export_options.MaxDrop = None,
    samples: Annotated[int, typer.Option(help="Faces that calibrate int8.")] = 200,
    balanced: Annotated[bool, typer.Option(help="Calibrate with equal numbers per class.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of their choice.", min=0)] = 0,
    ranges: export_options.Ranges = "each-face",
    bias_correction: Annotated[
        bool, typer.Option(help="Let the biases of int8 make up for its rounded weights.")
    ] = True,
    author: Annotated[str, typer.Option(help="Said in the files' metadata.")] = "fer-keras",
    licence: Annotated[str, typer.Option(help="Said in the files' metadata.")] = "Apache-2.0",
    diagnose: Annotated[
        bool,
        typer.Option("--diagnose", help="Rank the layers by what int8 costs them; draw it."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print export.json instead.")] = False,
) -> None:
    """Export a model to TFLite, ONNX or Core ML, and prove on a split that it is as good.

    Example: `fer-keras export runs/final-slim-1 --formats float32,int8 --max-drop 0.5`
    """
    from fer_keras.models import find_model

    choose_tensorflow()
    model_file = find_model(model, trainable=True)

    from fer_keras.cli.run_data import open_for
    from fer_keras.export.calibration import Calibration
    from fer_keras.export.convert import check_options
    from fer_keras.export.exporting import default_folder, export_model, export_table
    from fer_keras.export.metadata import Metadata

    check_options(tuple(words(formats)), tuple(words(inputs)), io, ranges)
    faces = open_for([model], data, labels=labels, ferplus=ferplus, sizes=sizes)
    folder = out or default_folder(model_file)
    calibration = Calibration(samples, balanced, seed, ranges, bias_correction)
    report = export_model(
        model,
        faces,
        folder,
        words(formats),
        calibration,
        inputs=words(inputs),
        io=io,
        dynamic_batch=dynamic_batch,
        split=split,
        max_drop=max_drop,
        metadata=Metadata(author=author, licence=licence),
        stem=name,
        report=say,
    )
    tables = [export_table(report)]
    if diagnose:
        from fer_keras.export.diagnosis import diagnose_int8

        table, file = diagnose_int8(model_file, faces, calibration, split, folder, report["stem"])
        tables.append(table)
        say(f"drawn: {file}")
    _close(report, tables, folder, as_json)


def _close(
    report: dict[str, Any], tables: Sequence[TextTable], folder: Path, as_json: bool
) -> None:
    """Say what came of it and where the files are; exit with 1 where some were rejected."""
    if as_json:
        typer.echo((folder / "export.json").read_text(encoding="utf-8"))
    else:
        for table in tables:
            print_table(table)
    say(f"written to {folder}")
    rejected = [file for file in report["files"] if file["rejected"]]
    for file in rejected:
        say(f"rejected: {file['file']}: {file['rejected']}")
    if rejected:
        raise typer.Exit(1)
