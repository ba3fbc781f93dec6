"""A whole session: a source in; a film, a log, statistics and a view out."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fer_keras.files import check_output, write_text
from fer_keras.films import FilmWriter, FrameFolder
from fer_keras.live.capture import Camera, NewestFrame, Source
from fer_keras.live.event_log import Change, EventLog
from fer_keras.live.session import Session
from fer_keras.live.stopping import stopping
from fer_keras.live.views import View
from fer_keras.live.watcher import Watcher


@dataclass(frozen=True)
class Watched:
    """What came of a session.

    Attributes:
        statistics: speed by stage and counts of changes, as plain JSON values.
        problem: one line on what went wrong with the source, or None.
    """

    statistics: dict[str, Any]
    problem: str | None


def watch(
    source: Source,
    watcher: Watcher,
    *,
    report: Callable[[Change], None],
    out: Path | None = None,
    log: Path | None = None,
    stats: Path | None = None,
    view: View | None = None,
    bars: bool = False,
) -> Watched:
    """Look at a source until it ends, the user quits, or Ctrl-C or SIGTERM ends it.

    However it ends, what was written until then is whole; after an error `out` is not there.

    Args:
        source: closed at the end; opened with `sound=True` if `out` is to have its sound.
        watcher: looks at each frame.
        report: called with every change of a face's decision.
        out: annotated film (.mp4, .mov, .mkv), replaced if it exists.
        log: changes as JSON lines, replaced if it exists.
        stats: speed by stage and counts of changes, as JSON.
        view: what is seen is shown on it; closed at the end.
        bars: draw them for every face; else for one that is alone.

    Raises:
        InputError: if a file can't be written.
    """
    wake = source.interrupt if isinstance(source, NewestFrame) else lambda: None
    for path, argument in ((out, "out"), (log, "log"), (stats, "stats")):
        if path is not None:
            check_output(path, inputs=_files_of(source), argument=argument)
    with ExitStack() as cleanup, stopping(wake) as stop:
        cleanup.callback(source.close)
        if view is not None:
            cleanup.callback(view.close)
        writer = None if out is None else FilmWriter(out, _film_of(source))
        if writer is not None:
            cleanup.callback(writer.discard)
        events = None if log is None else EventLog(log, wall_clock=_is_live(source))
        if events is not None:
            cleanup.callback(events.close)

        def tell(change: Change) -> None:
            if events is not None:
                events.write(change)
            report(change)

        session = Session(source, watcher, report=tell, out=writer, view=view, bars=bars)
        problem = session.run(stop)
        if writer is not None:
            writer.close()
        statistics = session.statistics()
        if stats is not None:
            write_text(stats, json.dumps(statistics, indent=2) + "\n")
    return Watched(statistics, problem)


def _files_of(source: Source) -> list[Path]:
    """What is read, and must not be written."""
    inner = source.source if isinstance(source, NewestFrame) else source
    return [] if isinstance(inner, Camera) else [Path(inner.name)]


def _film_of(source: Source) -> Any:
    inner = source.source if isinstance(source, NewestFrame) else source
    return None if isinstance(inner, (Camera, FrameFolder)) else inner


def _is_live(source: Source) -> bool:
    """Whether the time of day means something: a film has its own times."""
    return isinstance(source, NewestFrame) and not source.paced
