"""Many films into a folder, one after the other or on many machines."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fer_keras.analysis.film_run import FilmResult, FilmRun, Progress
from fer_keras.analysis.output_folder import OutputFolder
from fer_keras.analysis.settings import Settings
from fer_keras.analysis.table_file import Row, column_names, face_rows
from fer_keras.errors import InputError
from fer_keras.faces.recognizer import process_recognizer
from fer_keras.films import open_film
from fer_keras.live.stopping import stopping
from fer_keras.ray_map import ray_map

if TYPE_CHECKING:
    import pandas as pd


def analyze_video(
    film: str | Path,
    every: float | None = None,
    *,
    settings: Settings | None = None,
    progress: Callable[[float, float | None], None] | None = None,
) -> pd.DataFrame:
    """Who shows which emotion when, frame by frame.

    Examples:
        >>> import fer_keras as fk
        >>> table = fk.analyze_video("party.mp4", every=0.5)  # doctest: +SKIP
        >>> table.groupby("face_id")["label"].value_counts(normalize=True)  # doctest: +SKIP

    Of films that are longer than memory `fer-keras analyze` writes the same table as it goes.

    Args:
        film: a file, a folder of pictures (one a frame), or an address (`http://`, `rtsp://`).
        every: look at the first frame of every so many seconds; None: at every frame.
        settings: everything else; its own `every` counts where this one is None.
        progress: called after every frame with the seconds done and the film's length in seconds
            (None where that is not known).

    Returns:
        A row for each face and frame: `time_s` (seconds, from the film's beginning), `frame` (its
        number, from 0), `face_id` (the same number for the same person, from 1), `x`, `y`,
        `width`, `height` (of the box, in pixels), `label` (or "unsure"), `probability` (of the most
        probable emotion), and the probability of each emotion by its name. Frames without a face
        have no row.

    Raises:
        InputError: if the film can't be read.

    Warns:
        UserWarning: if the film is damaged or was cut off; the rows are those of what was read.
    """
    import pandas as pd

    settings = settings or Settings()
    recognizer = settings.recognizer()
    watcher = settings.watcher(recognizer)
    source = open_film(film, every=settings.every if every is None else every, fps=settings.fps)
    rows: list[Row] = []
    try:
        for frame in source:
            rows += face_rows(frame, watcher.look(frame.picture, frame.time), watcher.labels)
            if progress is not None:
                progress(frame.time, source.duration)
    finally:
        source.close()
    if source.problem is not None:
        warnings.warn(source.problem, stacklevel=2)
    return pd.DataFrame(rows, columns=column_names(watcher.labels))


def analyze_films(
    films: Sequence[str],
    folder: Path,
    settings: Settings | None = None,
    *,
    again: bool = False,
    progress: Progress = lambda film, what, done, length: None,
    ray: str | None = None,
) -> Iterator[FilmResult]:
    """Analyse films, one after the other.

    Of each film are written: the table (`analyze_video` says what is in it), `.json` with its
    summary, `.png` with each face's emotions over time, and `.html` in which film, boxes and
    timeline move together. Ctrl-C and SIGTERM end it after a frame: the files of the film that it
    is at are finished with what was seen until then, and say so; the next time that film is
    analysed anew, and those that were finished are passed over.

    On a Ray cluster each film is one worker's work, because who is who hangs on all frames before;
    the files are the same. A film whose worker dies is begun anew by another. Ctrl-C ends it at
    once, without files of the films that it is at.

    Args:
        films: files, folders of pictures (one a frame), addresses.
        folder: made if it is missing.
        settings: None: the default ones.
        again: also films that were finished before.
        progress: called after every frame; never where `ray` is given.
        ray: address of a Ray cluster, or None for this process. Films and folder lie on a drive
            that all of its machines have under the same path.

    Yields:
        What came of each film, in their order. One that can't be read is a result too.

    Raises:
        InputError: if the folder can't take the files, there is no such model, or no cluster.
    """
    settings = settings or Settings()
    out = OutputFolder(folder, list(films))
    recognizer = settings.recognizer()
    if ray is not None:
        yield from _analyze_on_ray(films, out, settings, again, ray)
        return
    with stopping() as stop:
        for film in films:
            planned = _plan(film, out, settings, again)
            if isinstance(planned, FilmResult):
                yield planned
                continue
            try:
                yield planned.analyse(recognizer, progress, stop)
            except InputError as error:
                yield _failed(film, error)
            if stop():
                return


def _analyze_on_ray(
    films: Sequence[str], out: OutputFolder, settings: Settings, again: bool, address: str
) -> Iterator[FilmResult]:
    # Here, in their order: the films' names don't hang on which worker is the first.
    planned = [_plan(film, out, settings, again) for film in films]
    runs = [one for one in planned if isinstance(one, FilmRun)]
    with closing(ray_map(_analyse, runs, address)) as results:
        for one in planned:
            yield one if isinstance(one, FilmResult) else next(results)


def _plan(film: str, out: OutputFolder, settings: Settings, again: bool) -> FilmRun | FilmResult:
    """What is to do, or what is known without looking."""
    try:
        run = FilmRun(film, out, settings)
        return run.finished_result() if not again and run.is_finished() else run
    except InputError as error:
        return _failed(film, error)


def _analyse(run: FilmRun) -> FilmResult:
    settings = run.settings
    try:
        return run.analyse(process_recognizer(settings.model, settings.detector, settings.upright))
    except InputError as error:
        return _failed(run.film, error)


def _failed(film: str, error: InputError) -> FilmResult:
    return FilmResult(film, (), None, problem=str(error))
