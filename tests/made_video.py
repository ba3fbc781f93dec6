"""Videos with a real face (tests/pictures) that moves as a test wants it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

FPS = 25.0
Place = tuple[float, float, int]
"""Centre x and y, and height of the head, in pixels."""


def head(mirrored: bool = False) -> np.ndarray:
    """The head and collar of the astronaut, (190, 190, 3), blue, green, red."""
    picture = cv2.imread(str(Path(__file__).parent / "pictures" / "astronaut.png"))
    cut = picture[6:196, 62:252]
    return cut[:, ::-1] if mirrored else cut


def frame(places: Iterable[Place], size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """A grey picture with a head at each place, every second one mirrored; later ones in front."""
    width, height = size
    picture = np.full((height, width, 3), 128, np.uint8)
    for number, (x, y, tall) in enumerate(places):
        small = cv2.resize(head(mirrored=bool(number % 2)), (tall, tall))
        oval = np.zeros((tall, tall), np.uint8)
        cv2.ellipse(oval, (tall // 2, tall // 2), (tall * 2 // 5, tall // 2), 0, 0, 360, 1, -1)
        left, top = round(x - tall / 2), round(y - tall / 2)
        rows = slice(max(0, top), min(height, top + tall))
        columns = slice(max(0, left), min(width, left + tall))
        part = (
            slice(rows.start - top, rows.stop - top),
            slice(columns.start - left, columns.stop - left),
        )
        picture[rows, columns][oval[part] == 1] = small[part][oval[part] == 1]
    return picture


def write_video(path: Path, frames: Sequence[np.ndarray]) -> Path:
    """MJPG in .avi: every frame stands alone, and a file that was cut off can still be opened."""
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (width, height))
    assert writer.isOpened()
    for picture in frames:
        writer.write(picture)
    writer.release()
    return path
