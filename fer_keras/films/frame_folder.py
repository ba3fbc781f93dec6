"""A film that lies in a folder as pictures, one a frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.faces.photo import PHOTO_SUFFIXES
from fer_keras.films.frame import Frame, Sampling
from fer_keras.picture_file import open_photo

FOLDER_FPS = 25.0
"""FFmpeg's own for pictures."""

SLOWEST, FASTEST = 1e-4, 1e4
"""Frames a second: from one in three hours to those of cameras for explosions."""


def check_fps(fps: float) -> None:
    """Refuse what no folder's frames a second can be.

    Raises:
        InputError: if it is not from `SLOWEST` to `FASTEST`.
    """
    if not SLOWEST <= fps <= FASTEST:
        raise InputError(f"fps: {fps:g}; take {SLOWEST:g} to {FASTEST:g} frames a second", "fps")


class FrameFolder:
    """The pictures of a folder in the order of the numbers in their names (2 before 10).

    Args:
        folder: of .jpg, .png or .webp; others are passed over, folders in it too.
        fps: frames a second: pictures have no time of their own.
        every: look only at the first frame of every so many seconds; None: at all.

    Attributes:
        name, fps, duration, dropped, problem: as `Film` has them.
        sound_stream: None.

    Raises:
        InputError: if there are no pictures, or `fps` is not greater than 0.
    """

    dropped = 0
    sound_stream = None

    def __init__(
        self, folder: Path, *, fps: float = FOLDER_FPS, every: float | None = None
    ) -> None:
        check_fps(fps)
        self.name, self.fps = str(folder), fps
        self._sampling = Sampling(every)
        self._paths = sorted(
            (path for path in folder.iterdir() if _is_frame(path)), key=_natural_order
        )
        if not self._paths:
            raise InputError(f"{folder}: no pictures in it ({', '.join(PHOTO_SUFFIXES)})")
        self.duration: float | None = len(self._paths) / fps
        self.problem: str | None = None

    def __iter__(self) -> Iterator[Frame]:
        unread: list[str] = []
        for number, path in enumerate(self._paths):
            time = number / self.fps
            if not self._sampling.takes(time):
                continue
            try:
                picture = open_photo(path)
            except InputError as error:
                unread.append(str(error))
                continue
            yield Frame(picture.copy(), time, number)  # Pillow's own memory is read-only
        if unread:
            more = f"; {len(unread) - 1} more can't be read" if len(unread) > 1 else ""
            self.problem = unread[0] + more

    def close(self) -> None:
        """Nothing is held open."""


def _is_frame(path: Path) -> bool:
    return (
        path.suffix.lower() in PHOTO_SUFFIXES and path.is_file() and not path.name.startswith(".")
    )


def _natural_order(path: Path) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]
