"""How `predict` prints what it found in photos: a table, CSV, JSON, or JSON lines."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from fer_keras.cli.printing import print_table, say
from fer_keras.cli.streams import print_error

if TYPE_CHECKING:
    from pathlib import Path

    from fer_keras.faces.photo_table import Asked
    from fer_keras.faces.read_photos import PhotoResult


def telling_tries(results: Iterable[PhotoResult]) -> Iterator[PhotoResult]:
    """The results; aside, for those without a face, where one was looked for."""
    from fer_keras.faces.photo_table import NAMED

    without = 0
    for result in results:
        yield result
        if not result.faces:
            without += 1
            if without <= NAMED:
                say(f"{result.photo}: no face; {result.tried}")
    if without > NAMED:
        say(f"no face in {without - NAMED:,} more photos")


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


@contextmanager
def counting(count: int) -> Iterator[Callable[[int], None]]:
    """A bar for whoever watches; what it gives is called with how many more are done."""
    from rich.console import Console
    from rich.progress import Progress

    aside = Console(stderr=True)
    hidden = not aside.is_terminal or count < 2
    with Progress(console=aside, transient=True, disable=hidden) as bar:
        task = bar.add_task("photos", total=count)
        yield lambda more: bar.advance(task, more)


def write_table(paths: Sequence[Path], asked: Asked, target: Path, ray: str | None) -> None:
    """The table as Parquet; aside, what can't be read and where no face was found."""
    from fer_keras.faces.photo_table import write_photo_table

    with counting(len(paths)) as progress:
        done = write_photo_table(paths, asked, target, ray=ray, progress=progress)
    for problem in done.problems:
        print_error(f"error: {problem}")
    for line in done.tried:
        say(line)
    if done.without > len(done.tried):
        say(f"no face in {done.without - len(done.tried):,} more photos")
    typer.echo(f"{done.rows:,} rows in {target}")
    if done.problems:
        raise typer.Exit(2)
