"""`fer-keras predict`: faces and their emotions in photos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import face_options
from fer_keras.cli.photo_output import (
    kept,
    print_csv,
    print_faces,
    print_json,
    print_json_lines,
    telling_tries,
    write_table,
)
from fer_keras.cli.streams import print_error
from fer_keras.models.model_file import DEFAULT_MODEL


def predict(
    photos: Annotated[
        list[str], typer.Argument(help="Photos (jpg, png, webp), folders, glob patterns.")
    ],
    model: face_options.Model = DEFAULT_MODEL,
    detector: face_options.DetectorName = "auto",
    upright: face_options.Upright = False,
    abstain_below: Annotated[
        float,
        typer.Option(help="Below this probability the answer is 'unsure'.", min=0, max=1),
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead.")] = False,
    as_json_lines: Annotated[
        bool, typer.Option("--jsonl", help="Print an object for each photo in a line of its own.")
    ] = False,
    annotate: Annotated[
        Path | None, typer.Option(help="Write copies with boxes and labels to this folder.")
    ] = None,
    bars: face_options.Bars = False,
    parquet: Annotated[
        Path | None,
        typer.Option(
            help="Write a row for each face to this file, print no table.", metavar="FILE"
        ),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(help="With --parquet: look on the machines of this Ray cluster (or 'auto')."),
    ] = None,
) -> None:
    """Find the faces in photos and say which emotion each shows.

    A photo without a face is a result; one that can't be read is named, and the exit status is 2.

    Example: `fer-keras predict holiday/ --annotate seen/`
    """
    from fer_keras.errors import InputError
    from fer_keras.faces.photo import find_photos
    from fer_keras.faces.photo_table import Asked
    from fer_keras.faces.read_photos import Annotator, read_photos
    from fer_keras.faces.recognizer import Recognizer
    from fer_keras.models import find_model

    if as_json + as_csv + as_json_lines > 1:
        raise InputError("--json, --jsonl and --csv: take one of them")
    if ray is not None and parquet is None:
        raise InputError("ray: goes with `parquet`", "ray")
    if bars and annotate is None:
        raise InputError("bars: goes with `annotate`", "bars")
    file = find_model(model)
    paths = find_photos(photos, print_error)
    if parquet is not None:
        if as_json or as_json_lines or as_csv or annotate:
            raise InputError("parquet: goes with no other output", "parquet")
        write_table(paths, Asked(str(file), detector, upright, abstain_below), parquet, ray)
        return
    recognizer = Recognizer(file, detector, upright=upright)
    annotator = None if annotate is None else Annotator(annotate, paths, bars=bars)
    unread: list[str] = []

    def problem(path: Path, error: InputError) -> None:
        print_error(f"error: {error}")
        unread.append(str(path))

    found = read_photos(paths, recognizer, abstain_below, annotator, problem)
    results = telling_tries(kept(found, len(paths)))
    if as_csv:
        print_csv(results, recognizer.labels)
    elif as_json_lines:
        print_json_lines(results)
    elif as_json:
        settings = {"detector": detector, "upright": upright, "abstain_below": abstain_below}
        print_json(results, {"model": file.name, **settings}, unread)
    else:
        print_faces(results)
    if annotate is not None:
        print_error(f"annotated copies in {annotate}")
    if unread:
        raise typer.Exit(2)
