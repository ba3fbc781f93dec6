"""A picture in pieces: itself, and the tiles of the sizes to which it is shrunk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import BlazeFace
from fer_keras.detection.candidates import BORDER, Candidate
from fer_keras.detection.face import Face
from fer_keras.detection.letterbox import resize
from fer_keras.detection.tiles import Level, Tile, plan_tiles


class Pieces:
    """A picture's pieces in the order in which they are looked at: the whole, then its tiles.

    Args:
        picture: (height, width, 3), red, green, blue.
    """

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        self._picture = picture
        height, width = picture.shape[:2]
        self._tiles = [(level, tile) for level in plan_tiles(width, height) for tile in level.tiles]
        self._shrunk: dict[Level, NDArray[np.uint8]] = {}

    def __len__(self) -> int:
        return 1 + len(self._tiles)

    def look(self, index: int, full: BlazeFace) -> list[Candidate]:
        """What the full range network finds in a piece, in pixels of the picture."""
        if index == 0:
            return [Candidate(face, in_whole=True) for face in full.detect(self._picture)]
        level, tile = self._tiles[index - 1]
        shrunk = self._shrink(level)
        part = shrunk[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width]
        height, width = self._picture.shape[:2]
        across, down = width / level.width, height / level.height
        return [
            Candidate(
                _moved(face, tile.x, tile.y, across, down),
                in_whole=False,
                cut=is_cut(face, level, tile),
            )
            for face in full.detect(part)
        ]

    def _shrink(self, level: Level) -> NDArray[np.uint8]:
        """The picture at a level's size, made when it is first needed."""
        if level not in self._shrunk:
            shrinks = level.width < self._picture.shape[1]
            self._shrunk[level] = resize(self._picture, level.width, level.height, shrinks=shrinks)
        return self._shrunk[level]


def is_cut(face: Face, level: Level, tile: Tile) -> bool:
    """Whether a box touches a border of its tile at which the picture goes on.

    Args:
        face: in pixels of the tile.
        level, tile: where it was found.
    """
    margin = BORDER * max(tile.width, tile.height)
    return (
        (tile.x > 0 and face.left < margin)
        or (tile.y > 0 and face.top < margin)
        or (tile.x + tile.width < level.width and face.right > tile.width - margin)
        or (tile.y + tile.height < level.height and face.bottom > tile.height - margin)
    )


def _moved(face: Face, x: int, y: int, across: float, down: float) -> Face:
    """From pixels of a tile to those of the picture."""
    return replace(
        face,
        left=(face.left + x) * across,
        top=(face.top + y) * down,
        right=(face.right + x) * across,
        bottom=(face.bottom + y) * down,
        keypoints=tuple(((px + x) * across, (py + y) * down) for px, py in face.keypoints),
    )
