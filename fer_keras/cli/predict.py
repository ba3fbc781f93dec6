"""`fer-keras predict`: faces and their emotions in photos."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import face_options
from fer_keras.models.model_file import DEFAULT_MODEL

if TYPE_CHECKING:
    from fer_keras.faces.annotate import Annotator
    from fer_keras.faces.photo_result import PhotoResult
    from fer_keras.faces.recognizer import Recognizer


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
    annotate: Annotated[
        Path | None, typer.Option(help="Write copies with boxes, labels and bars to this folder.")
    ] = None,
) -> None:
    """Find the faces in photos and say which emotion each shows.

    A photo without a face is a result; one that can't be read is named, and the exit status is 2.

    Example: `fer-keras predict holiday/ --annotate seen/`
    """
    from fer_keras.errors import InputError
    from fer_keras.faces.annotate import Annotator
    from fer_keras.faces.photo import find_photos
    from fer_keras.faces.photo_result import csv_header, draw_table
    from fer_keras.faces.recognizer import Recognizer
    from fer_keras.models import find_model

    if as_json and as_csv:
        raise InputError("--json and --csv: take one of them")
    file = find_model(model)
    paths = find_photos(photos)
    recognizer = Recognizer(file, detector, upright=upright)
    annotator = None if annotate is None else Annotator(annotate, paths)
    unread: list[str] = []
    results = _read_photos(paths, recognizer, abstain_below, annotator, unread)
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(csv_header(recognizer.labels))
        for result in results:
            writer.writerows(result.to_rows())
    elif as_json:
        found = [result.to_json() for result in results]
        settings = {"detector": detector, "upright": upright, "abstain_below": abstain_below}
        document = {"model": file.name, **settings, "photos": found, "unread": unread}
        typer.echo(json.dumps(document, indent=2))
    else:
        from rich.console import Console

        listed = list(results)
        if listed:
            Console().print(draw_table(listed))
    if unread:
        raise typer.Exit(2)


def _read_photos(
    paths: Sequence[Path],
    recognizer: Recognizer,
    abstain_below: float,
    annotator: Annotator | None,
    unread: list[str],
) -> Iterator[PhotoResult]:
    """One result a photo; of those that can't be read a line each to the error stream."""
    from fer_keras.errors import InputError
    from fer_keras.faces.photo import open_photo
    from fer_keras.faces.photo_result import PhotoResult

    for path in paths:
        try:
            picture = open_photo(path)
        except InputError as error:
            typer.echo(f"error: {error}", err=True)
            unread.append(str(path))
            continue
        faces = tuple(recognizer.recognise(picture))
        height, width = picture.shape[:2]
        result = PhotoResult(path, width, height, faces, recognizer.labels, abstain_below)
        if annotator is not None:
            annotator.draw(picture, result)
        yield result
