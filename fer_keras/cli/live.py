"""`fer-keras live`: emotions of the faces in front of a camera, or in a video."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.cli import face_options
from fer_keras.errors import InputError
from fer_keras.models.model_file import DEFAULT_MODEL

if TYPE_CHECKING:
    from fer_keras.live.capture import NewestFrame, VideoFile
    from fer_keras.live.event_log import Change


def live(
    camera: Annotated[
        int | None, typer.Option(help="Number of the camera; default: 0.", min=0)
    ] = None,
    video: Annotated[Path | None, typer.Option(help="A video file instead of a camera.")] = None,
    realtime: Annotated[
        bool,
        typer.Option("--realtime", help="Play the video at its pace and drop what is late."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Annotated video (.mp4, .avi, .mkv); no window then.")
    ] = None,
    model: face_options.Model = DEFAULT_MODEL,
    detector: face_options.DetectorName = "short",
    upright: face_options.Upright = False,
    decide: Annotated[str, typer.Option(help="mean, majority or ema of the frames.")] = "mean",
    window: Annotated[int, typer.Option(help="Frames that a decision looks back.", min=1)] = 15,
    abstain_below: Annotated[
        float,
        typer.Option(help="Below this probability the answer is 'unsure'.", min=0, max=1),
    ] = 0.45,
    log: Annotated[
        Path | None, typer.Option(help="Changes of decisions with time stamps, as JSON lines.")
    ] = None,
    stats: Annotated[
        Path | None, typer.Option(help="Speed by stage and counts of changes, as JSON.")
    ] = None,
) -> None:
    """Follow faces and say which emotion each shows over time. Ctrl-C (or q in the window) ends it.

    Example: `fer-keras live --video party.mp4 --out seen.mp4 --log events.jsonl`
    """
    from fer_keras.faces.recognizer import Recognizer
    from fer_keras.live.decision import DecisionRule
    from fer_keras.live.event_log import EventLog
    from fer_keras.live.session import Session
    from fer_keras.live.video_out import VideoOut
    from fer_keras.live.watcher import Watcher
    from fer_keras.live.window import require_window, show

    rule = DecisionRule(decide, window, abstain_below)
    windowed = out is None and _wants_window(require_window, has_other_use=bool(log or stats))
    watcher = Watcher(Recognizer(model, detector, upright=upright), rule)
    with ExitStack() as cleanup:
        source = _open_source(camera, video, realtime)
        cleanup.callback(source.close)
        writer = None if out is None else VideoOut(out, source.fps)
        if writer is not None:
            cleanup.callback(writer.close)
        events = None if log is None else EventLog(log, wall_clock=video is None)
        if events is not None:
            cleanup.callback(events.close)

        def report(change: Change) -> None:
            if events is not None:
                events.write(change)
            if not windowed:
                typer.echo(_describe(change))

        # Ended by a supervisor, too, what was written stays whole.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        session = Session(
            source, watcher, report=report, out=writer, show=show if windowed else None
        )
        problem = None
        with suppress(KeyboardInterrupt):  # the way to end it
            problem = session.run()
    statistics = session.statistics()
    if stats is not None:
        _write_statistics(stats, statistics)
    typer.echo(_summarise(statistics))
    if problem is not None:
        raise InputError(problem)


def _wants_window(require_window: Any, *, has_other_use: bool) -> bool:
    """A window where there can be one; without one a session that writes nothing is pointless."""
    try:
        require_window()
    except InputError:
        if has_other_use:
            return False
        raise
    return True


def _open_source(camera: int | None, video: Path | None, realtime: bool) -> VideoFile | NewestFrame:
    from fer_keras.live.capture import VideoFile, open_camera, open_playing

    if video is None:
        if realtime:
            raise InputError("--realtime goes with --video; a camera is always live")
        return open_camera(camera or 0)
    if camera is not None:
        raise InputError("--camera and --video: take one of them")
    return open_playing(video) if realtime else VideoFile(video)


def _describe(change: Change) -> str:
    if change.decision is None:
        return f"{change.time:8.2f} s  face {change.face} is gone"
    return f"{change.time:8.2f} s  face {change.face}: {change.decision} {change.probability:.0%}"


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


def _write_statistics(path: Path, statistics: dict[str, Any]) -> None:
    temporary = path.with_name(f".partial-{path.name}")
    try:
        temporary.write_text(json.dumps(statistics, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"--stats {path}: {error.strerror}; name a file") from error
    temporary.replace(path)
