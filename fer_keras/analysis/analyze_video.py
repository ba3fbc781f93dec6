"""A film in, a table out."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fer_keras.analysis.rows import Row, column_names, face_rows
from fer_keras.analysis.settings import Settings
from fer_keras.films import open_film

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
