"""Writing a video that keeps the source's time."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

_CODECS = {".mp4": "mp4v", ".avi": "MJPG", ".mkv": "mp4v"}


class VideoOut:
    """A video file, under a temporary name until `close`.

    Frames that the source dropped are made up for by repeating the one before, so that the video
    lasts as long as what it shows.

    Args:
        path: ends in .mp4, .avi or .mkv; replaced if it exists.
        fps: frames a second.

    Raises:
        InputError: if the suffix is another, or the file can't be written.
    """

    def __init__(self, path: Path, fps: float) -> None:
        if path.suffix.lower() not in _CODECS:
            raise InputError(f"out {path}: end its name in {', '.join(_CODECS)}", argument="out")
        if not path.parent.is_dir():
            raise InputError(
                f"out {path}: there is no folder {path.parent}; make it first", argument="out"
            )
        self._path = path
        self._temporary = path.with_name(f".partial-{path.name}")
        self._fps = fps
        self._writer: Any = None
        self._shape: tuple[int, ...] = ()
        self._written = 0
        self._last: NDArray[np.uint8] | None = None

    def write(self, picture: NDArray[np.uint8], time: float) -> None:
        """Append a picture (height, width, 3), blue, green, red, that was taken at `time` seconds.

        Raises:
            InputError: if the file can't be written.
        """
        if self._writer is None:
            self._open(picture)
        if picture.shape != self._shape:
            import cv2

            picture = cv2.resize(picture, (self._shape[1], self._shape[0]))
        due = math.floor(time * self._fps + 0.5)
        while self._last is not None and self._written < due:
            self._append(self._last)
        self._append(picture)
        self._last = picture

    def close(self) -> None:
        """Finish the file and give it its name; without pictures there is none."""
        if self._writer is not None:
            self._writer.release()
            self._temporary.replace(self._path)
            self._writer = None

    def _append(self, picture: NDArray[np.uint8]) -> None:
        self._writer.write(picture)
        self._written += 1

    def _open(self, picture: NDArray[np.uint8]) -> None:
        import cv2

        self._shape = picture.shape
        height, width = picture.shape[:2]
        codec = cv2.VideoWriter.fourcc(*_CODECS[self._path.suffix.lower()])
        self._writer = cv2.VideoWriter(str(self._temporary), codec, self._fps, (width, height))
        if not self._writer.isOpened():
            self._writer = None
            raise InputError(
                f"out {self._path}: can't be written as {width}x{height} video", argument="out"
            )
