"""The film that goes into the page: as it is where browsers play it, else made smaller."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_keras.films import FilmWriter, open_film
from fer_keras.films.browser_film import plays_in_browsers
from fer_keras.films.opening import is_address

SIDE = 640
"""Pixels of the longer side, at most."""
QUALITY = 30
"""x264's: a quarter of the bytes of what it calls transparent."""
AS_IT_IS = 20_000_000
"""Bytes of a film that goes into the page unchanged."""


def plays_as_it_is(source: str | Path) -> bool:
    """Whether it is a file of which no smaller one need be made."""
    path = Path(source)
    if is_address(source) or not path.is_file() or path.stat().st_size > AS_IT_IS:
        return False
    return plays_in_browsers(path)


def write_preview(
    source: str | Path,
    path: Path,
    *,
    fps: float,
    stop: Callable[[], bool],
    progress: Callable[[float, float | None], None],
) -> None:
    """Write the film as a small .mp4, with its sound and its times.

    Args:
        source: the film.
        path: of the .mp4.
        fps: frames a second of a folder of pictures.
        stop: asked after every frame whether to end.
        progress: called after every frame with the seconds done and the film's length.
    """
    film = open_film(source, sound=True, fps=fps)
    writer = FilmWriter(path, film, quality=QUALITY)
    try:
        for frame in film:
            writer.write(shrink(frame.picture), frame.time)
            progress(frame.time, film.duration)
            if stop():
                break
        writer.close()
    finally:
        writer.discard()
        film.close()


def shrink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture whose longer side has at most `SIDE` pixels."""
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    if scale >= 1:
        return picture
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
