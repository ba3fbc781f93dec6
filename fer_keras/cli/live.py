"""`fer-keras live`: emotions of the faces in front of a camera, or in a film."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.cli import face_options
from fer_keras.errors import InputError
from fer_keras.models.model_file import DEFAULT_MODEL

if TYPE_CHECKING:
    from fer_keras.live.event_log import Change


def live(
    camera: Annotated[
        int | None, typer.Option(help="Number of the camera; default: 0.", min=0)
    ] = None,
    video: Annotated[
        str | None,
        typer.Option(help="Instead: a film, a folder of frames, an rtsp:// or http:// address."),
    ] = None,
    realtime: Annotated[
        bool,
        typer.Option("--realtime", help="Play the film at its pace and drop what is late."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Annotated film with its sound (.mp4, .mov, .mkv); not shown then.", metavar="FILE"
        ),
    ] = None,
    model: face_options.Model = DEFAULT_MODEL,
    detector: face_options.DetectorName = "auto",
    upright: face_options.Upright = False,
    decide: Annotated[str, typer.Option(help="mean, majority or ema of the frames.")] = "mean",
    window: Annotated[int, typer.Option(help="Frames that a decision looks back.", min=1)] = 15,
    abstain_below: face_options.AbstainBelow = face_options.ABSTAIN_BELOW_IN_FILMS,
    bars: face_options.Bars = False,
    log: Annotated[
        Path | None,
        typer.Option(help="Changes of decisions with time stamps, as JSON lines.", metavar="FILE"),
    ] = None,
    stats: Annotated[
        Path | None,
        typer.Option(help="Speed by stage and counts of changes, as JSON.", metavar="FILE"),
    ] = None,
) -> None:
    """Follow faces and say which emotion each shows over time.

    It is shown in this desktop's browser, on the page of `fer-keras demo`. Ctrl-C ends it.

    Example: `fer-keras live --video party.mp4 --out seen.mp4 --log events.jsonl`
    """
    from fer_keras.faces.recognizer import Recognizer
    from fer_keras.films.film_writer import check_film_path
    from fer_keras.live.capture import open_source
    from fer_keras.live.decision import DecisionRule
    from fer_keras.live.views import open_view
    from fer_keras.live.watch import watch
    from fer_keras.live.watcher import Watcher

    if bars and out is None:
        raise InputError("bars: goes with `out`; the page has bars of its own", "bars")
    rule = DecisionRule(decide, window, abstain_below)
    if out is not None:
        check_film_path(out, [] if video is None else [Path(video)], argument="out")
    watcher = Watcher(Recognizer(model, detector, upright=upright), rule)
    source = open_source(camera, video, realtime=realtime, sound=out is not None)
    view = None
    if out is None:
        name = source.name if "://" in source.name else Path(source.name).name
        about = (name, Path(model).name, watcher.labels)
        view = open_view(typer.echo, *about, only_if_seen=bool(log or stats))

    def report(change: Change) -> None:
        if view is None:
            typer.echo(_describe(change))

    done = watch(
        source, watcher, report=report, out=out, log=log, stats=stats, view=view, bars=bars
    )
    typer.echo(_summarise(done.statistics))
    if done.statistics["tried"]:
        typer.echo(f"no face: {done.statistics['tried']}")
    for what, path in (("film", out), ("changes", log), ("statistics", stats)):
        if path is not None:
            typer.echo(f"{what} in {path}")
    if done.problem is not None:
        raise InputError(done.problem)


def _describe(change: Change) -> str:
    who = f"{change.time:8.2f} s  face {change.face}"
    if change.decision is None:
        return f"{who} is gone"
    counted = f"{change.probability:.0%}, {change.votes} of {change.frames} frames"
    return f"{who}: {change.decision} ({counted})"


def _summarise(statistics: dict[str, Any]) -> str:
    if not statistics["frames"]:
        return "no frames"
    stages = ", ".join(
        f"{stage} {values['p50_ms']:.1f} ms ({values['share']:.0%})"
        for stage, values in statistics["stages"].items()
    )
    fps = f", {statistics['fps']:.1f} a second" if statistics["fps"] else ""
    return (
        f"{statistics['frames']} frames{fps}, {statistics['dropped']} dropped, "
        f"{statistics['faces']} faces; median {stages}; decisions changed "
        f"{statistics['decision_changes']} times, single frames {statistics['raw_changes']} times"
    )
