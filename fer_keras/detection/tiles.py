"""Which pieces of a large picture are looked at closer, so that small faces in it are found.

BlazeFace's full range sees 192 x 192 pixels whatever the picture, and finds faces of a twelfth of
that side and more (`results/detection/`): of 320 pixels in a picture 4,000 wide. So the picture is
shrunk to a few sizes, and each is covered with tiles of 192 x 192, which overlap by a quarter: a
face up to that quarter lies whole in one of them, and larger ones in the next smaller size.

The same algorithm stands in `mobile_demo/`; `tests/vectors/tiles.json` holds both to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.blazeface import BlazeFace, Face, is_same, resize

TILE = 192
"""Side of a tile in pixels: the full range network's input, so that no tile is resized."""
OVERLAP = 48
"""Pixels that neighbouring tiles share at least."""
SMALLEST_FACE = 40
"""Pixels of the smallest face that is looked for; FER2013's faces fill 48."""
FACE_IN_TILE = 12
"""A tile shows faces of one part in so many of its side, and larger ones."""
STEP = 3
"""Most by which one size is smaller than the next: `OVERLAP` over the smallest face in a tile."""
FINEST = 7.2
"""A tile's side is at least one part in so many of the picture's (of the square of its area): the
count of tiles stays below about a hundred, however large the picture."""
WORTH = 1.25
"""The picture must be so much larger than a tile before tiles are worth their time."""


@dataclass(frozen=True)
class Tile:
    """A piece of a shrunken picture, in whole pixels of it."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Level:
    """A size to which the picture is shrunk (or enlarged), and the tiles that cover it.

    Attributes:
        width, height: in pixels.
        tiles: row by row; at most `TILE` wide and high.
    """

    width: int
    height: int
    tiles: tuple[Tile, ...]


def plan_tiles(width: int, height: int) -> tuple[Level, ...]:
    """The sizes and tiles for a picture, the coarsest first; none for a small picture.

    Args:
        width, height: of the picture, in pixels, 1 or more.

    >>> [(level.width, level.height, len(level.tiles)) for level in plan_tiles(4000, 3000)]
    [(554, 415, 12), (1596, 1197, 88)]
    """
    longer = max(width, height)
    finest = finest_side(width, height)
    ratio = longer / finest
    if ratio <= WORTH:
        return ()
    count = math.ceil(math.log(ratio) / math.log(STEP) - 1e-9)
    sides = [finest * ratio ** (index / count) for index in reversed(range(count))]
    return tuple(_level(width, height, side) for side in sides)


def finest_side(width: int, height: int) -> float:
    """Side of the smallest tile, in pixels of the picture."""
    return max(SMALLEST_FACE * FACE_IN_TILE, math.sqrt(width * height) / FINEST)


def smallest_face(width: int, height: int) -> int:
    """The size above which faces in a picture are looked for, in pixels of it."""
    longer, finest = max(width, height), finest_side(width, height)
    return math.ceil((finest if longer / finest > WORTH else longer) / FACE_IN_TILE)


def _level(width: int, height: int, side: float) -> Level:
    """The picture at the size where `side` pixels of it become a tile."""
    shrunk_width = max(1, math.floor(width * TILE / side + 0.5))
    shrunk_height = max(1, math.floor(height * TILE / side + 0.5))
    tiles = tuple(
        Tile(x, y, min(TILE, shrunk_width), min(TILE, shrunk_height))
        for y in _starts(shrunk_height)
        for x in _starts(shrunk_width)
    )
    return Level(shrunk_width, shrunk_height, tiles)


def _starts(length: int) -> list[int]:
    """Where the tiles begin along a side: evenly spread, from its start to its end."""
    if length <= TILE:
        return [0]
    steps = math.ceil((length - TILE) / (TILE - OVERLAP))
    return [math.floor(index * (length - TILE) / steps + 0.5) for index in range(steps + 1)]


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


BORDER = 0.02
"""A box so near to a tile's border (in sides of it), or beyond, may be a part of a face."""


@dataclass(frozen=True)
class Candidate:
    """What may be a face.

    Attributes:
        face: in pixels of the picture.
        in_whole: found in the picture as a whole, not just in one of its tiles.
        cut: touches the border of a tile, where the picture goes on: part of a face, perhaps.
    """

    face: Face
    in_whole: bool
    cut: bool = False


def merge(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate for all that overlap: the surest, and one that isn't cut before one that is.

    Whole boxes come first, then cut ones, the surest first; of equal ones the first. Each is kept
    if it is no kept one's face. What is kept is in the whole picture if one of its group is.
    """
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: (one.cut, -one.face.score)):
        for index, other in enumerate(kept):
            if is_same(candidate.face, other.face):
                in_whole = other.in_whole or candidate.in_whole
                kept[index] = Candidate(other.face, in_whole, other.cut)
                break
        else:
            kept.append(candidate)
    return kept
