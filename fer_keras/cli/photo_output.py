"""How `predict` prints what it found in photos: a table, CSV, JSON, or JSON lines."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from fer_keras.cli.printing import print_table, say

if TYPE_CHECKING:
    from fer_keras.faces.read_photos import PhotoResult


_NAMED = 5
"""Of the photos without a face, how many are told where they were looked at."""


def telling_tries(results: Iterable[PhotoResult]) -> Iterator[PhotoResult]:
    """The results; aside, for those without a face, where one was looked for."""
    without = 0
    for result in results:
        yield result
        if not result.faces:
            without += 1
            if without <= _NAMED:
                say(f"{result.photo}: no face; {result.tried}")
    if without > _NAMED:
        say(f"no face in {without - _NAMED} more photos")


def print_csv(results: Iterable[PhotoResult], labels: Sequence[str]) -> None:
    """A row for each face, as it is found."""
    from fer_keras.faces.read_photos import csv_header

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(csv_header(labels))
    for result in results:
        writer.writerows(result.to_rows())
        sys.stdout.flush()


def print_json_lines(results: Iterable[PhotoResult]) -> None:
    """An object for each photo, as it is looked at."""
    for result in results:
        typer.echo(json.dumps(result.to_json()))
        sys.stdout.flush()


def print_json(
    results: Iterable[PhotoResult], settings: dict[str, Any], unread: Sequence[str]
) -> None:
    """One document; `unread` is read after the results."""
    found = [result.to_json() for result in results]
    typer.echo(json.dumps({**settings, "photos": found, "unread": unread}, indent=2))


def print_faces(results: Iterable[PhotoResult]) -> None:
    """The table for people."""
    from fer_keras.faces.read_photos import photo_table

    listed = list(results)
    if listed:
        print_table(photo_table(listed))


T = TypeVar("T")


def kept(results: Iterable[T], count: int) -> Iterator[T]:
    """Results as they come, with a bar for whoever watches; Ctrl-C keeps those so far."""
    from rich.console import Console
    from rich.progress import track

    aside = Console(stderr=True)
    hidden = not aside.is_terminal or count < 2
    try:
        yield from track(results, "photos", count, console=aside, transient=True, disable=hidden)
    except KeyboardInterrupt:
        typer.echo("interrupted; what was found so far:", err=True)
