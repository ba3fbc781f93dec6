"""What a film's name means: a file, a folder of frames, or an address."""

from __future__ import annotations

from pathlib import Path

from fer_keras.films.film import Film
from fer_keras.films.frame_folder import FOLDER_FPS, FrameFolder
from fer_keras.films.opening import is_address

_STREAMS = ("rtsp://", "rtsps://", "rtmp://", "rtmps://", "udp://", "rtp://", "srt://")


def is_stream(source: str | Path) -> bool:
    """Whether it is an address that sends pictures at their own pace, as a camera does."""
    return str(source).lower().startswith(_STREAMS)


def open_film(
    source: str | Path, *, every: float | None = None, sound: bool = False, fps: float = FOLDER_FPS
) -> Film | FrameFolder:
    """Open a film.

    Args:
        source: a file, a folder of pictures (one a frame), or an address.
        every: look only at the first frame of every so many seconds; None: at all.
        sound: gather the sound, for a `FilmWriter`.
        fps: frames a second of a folder; films have their own times.

    Raises:
        InputError: if it is missing or no film.
    """
    if not is_address(source) and Path(source).is_dir():
        return FrameFolder(Path(source), fps=fps, every=every)
    return Film(source, every=every, sound=sound)
