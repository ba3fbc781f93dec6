"""`fer-keras analyze`: films as tables, summaries, pictures and pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import face_options
from fer_keras.cli.streams import print_error, shown
from fer_keras.errors import InputError
from fer_keras.models.model_file import DEFAULT_MODEL

if TYPE_CHECKING:
    from fer_keras.analysis import FilmResult


def analyze(
    films: Annotated[
        list[str], typer.Argument(help="Films, folders of frames, http:// or rtsp:// addresses.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for what is written.")] = Path("analysis"),
    every: Annotated[
        str | None, typer.Option(help="Look at one frame every 0.5s, 200ms, 2s; default: at all.")
    ] = None,
    table: Annotated[str, typer.Option(help="csv or parquet.")] = "csv",
    page: Annotated[
        bool, typer.Option("--page/--no-page", help="Make the page with the film in it.")
    ] = True,
    again: Annotated[
        bool, typer.Option("--again", help="Also films that were finished before.")
    ] = False,
    fps: Annotated[
        float, typer.Option(help="Frames a second of folders; films have their own times.")
    ] = 25.0,
    model: face_options.Model = DEFAULT_MODEL,
    detector: face_options.DetectorName = "auto",
    upright: face_options.Upright = False,
    abstain_below: face_options.AbstainBelow = face_options.ABSTAIN_BELOW_IN_FILMS,
    ray: Annotated[
        str | None, typer.Option(help="Share the films out on this Ray cluster (or 'auto').")
    ] = None,
) -> None:
    """Say who shows which emotion when: a row for each face and frame, and in sum.

    Of each film: a table, a summary (.json), a picture of each face's emotions over time (.png),
    and a page (.html) in which film, boxes and timeline move together. Films that were finished
    are passed over the next time. Ctrl-C ends it; what was seen until then is kept.

    Example: `fer-keras analyze lecture.mp4 --every 0.5s`
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from fer_keras.analysis import Settings, analyze_films

    settings = Settings(model, detector, upright, abstain_below, seconds(every), fps, table, page)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    problems = stopped = 0
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def progress(film: str, what: str, done: float, length: float | None) -> None:
            description = f"{Path(film).name}: {what}, {done:.1f} s"
            bar.update(task, description=description, completed=done, total=length)

        for result in analyze_films(films, out, settings, again=again, progress=progress, ray=ray):
            bar.reset(task)
            problems += result.problem is not None
            stopped += result.stopped
            for line in _describe(result):
                typer.echo(shown(line))
            if result.problem is not None:
                print_error(f"error: {result.problem}")
    if stopped:
        raise typer.Exit(130)
    if problems:
        raise typer.Exit(2)


def _describe(result: FilmResult) -> list[str]:
    """What is printed of a film: each face in a line, then where to read more."""
    if result.summary is None:
        return []
    if result.skipped:
        return [f"{result.film}: finished before; {result.files[-1]} (--again does it again)"]
    faces = sorted(result.summary["faces"], key=lambda one: -one["seconds"])
    until = " until it was stopped" if result.stopped else ""
    count = f"{len(faces)} face{'s' * (len(faces) != 1)}"
    without = result.summary["seconds_without_face"]
    lines = [f"{result.film}: {result.summary['seconds']:.1f} s{until}, {count}"]
    if without >= 0.05:
        lines[0] += f", no face for {without:.1f} s"
    if result.summary["tried"]:
        lines.append(f"  {result.summary['tried']}")
    for face in faces[:_SHOWN]:
        shares = sorted(face["share"].items(), key=lambda one: -one[1])
        said = ", ".join(f"{name} {share:.0%}" for name, share in shares if share >= 0.005)
        lines.append(f"  face {face['face_id']}, {face['seconds']:.1f} s: {said}")
    if len(faces) > _SHOWN:
        lines.append(f"  and {len(faces) - _SHOWN} more, seen for less time")
    return [*lines, "  " + "  ".join(str(file) for file in result.files)]


_SHOWN = 10


def seconds(text: str | None) -> float | None:
    """Seconds in "0.5s", "200ms", "2s", "1min" or "2"."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|min)?", text.strip())
    if found is None:
        raise InputError(f"every: {text}; write it as 0.5s, 200ms or 1min", "every")
    return float(found[1]) * {"ms": 0.001, "min": 60.0}.get(found[2] or "s", 1.0)
