"""Where labels stand in a picture: near their face, on no face and on no other label.

A face reaches beyond its box: `HEAD` says how far. Only where nothing is free beside heads may a
label touch hair; and where faces fill the picture, it stands at the picture's edge if it covers no
more than `LEAST_COVER` of them there. Else it has no place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import Face

HEAD = 0.08, 0.35, 0.08, 0.1
"""How far a head reaches left of, above, right of and below its box, in sides of the box: ears,
hair and chin."""
LEAST_COVER = 0.06
"""Share of a face's box that a label may cover where nothing at all is free."""
_LINES_TRIED = 200
"""Of the free places far from the face, how many nearest ones are looked at for a clear line."""


class Area(NamedTuple):
    """A rectangle in whole pixels; right and bottom are the first ones outside it."""

    left: int
    top: int
    right: int
    bottom: int

    def overlaps(self, other: Area) -> bool:
        """Whether they share a pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Place(NamedTuple):
    """Where a label stands.

    Attributes:
        area: its rectangle, inside the picture.
        far: it stands apart from its face; a line must lead there.
    """

    area: Area
    far: bool


def box_of(face: Face) -> Area:
    """The face's box in whole pixels; it may lie outside the picture."""
    return Area(round(face.left), round(face.top), round(face.right), round(face.bottom))


class Layout:
    """A picture that fills with labels, one after the other.

    Args:
        width, height: of the picture, in pixels.
        faces: that no label may cover.
        gap: pixels between labels.
    """

    def __init__(self, width: int, height: int, faces: Sequence[Face], gap: int) -> None:
        self._width, self._height, self._gap = width, height, gap
        self._boxes = np.array([box_of(face) for face in faces], np.float64).reshape(-1, 4)
        sides = np.maximum(
            self._boxes[:, 2] - self._boxes[:, 0], self._boxes[:, 3] - self._boxes[:, 1]
        )
        reach = np.array(HEAD) * np.array([-1, -1, 1, 1])
        self._heads = np.round(self._boxes + sides[:, None] * reach)
        self._taken = np.empty((0, 4))

    def beside(self, index: int, width: int, height: int) -> Place | None:
        """Take the best free place right at a face's head: over, under or beside it.

        Args:
            index: of the face.
            width, height: of the label, in pixels.

        Returns:
            None if all would cover a head or a label.
        """
        if width > self._width or height > self._height:
            return None
        near = self._adjacent(self._heads[index], width, height)
        free = near[self._is_free(near, self._heads)]
        return self._take(free[0], far=False) if len(free) else None

    def anywhere(
        self, index: int, width: int, height: int, *, only_clear: bool = False
    ) -> Place | None:
        """Take the best free place for a face's label: right at it, or as near as can be.

        Args:
            index: of the face.
            width, height: of the label, in pixels.
            only_clear: no place to which a line would lead over other faces.

        Returns:
            None if it would cover a face or a label everywhere.
        """
        if width > self._width or height > self._height:
            return None
        for faces in (self._heads, self._boxes):
            near = self._adjacent(faces[index], width, height)
            free = near[self._is_free(near, faces)]
            if len(free):
                return self._take(free[0], far=False)
            far = self._grid(width, height)
            far = far[self._is_free(far, faces)]
            if len(far):
                nearest = self._nearest(far, index, only_clear)
                return None if nearest is None else self._take(nearest, far=True)
        return self._at_edge(index, width, height)

    def count_near(self, index: int, width: int, height: int) -> int:
        """In how many places right beside its head a label would find room."""
        near = self._adjacent(self._heads[index], width, height)
        return int(self._is_free(near, self._heads).sum())

    def corner(self, width: int, height: int) -> Area | None:
        """Take a free corner: upper left, upper right, lower left, lower right; None: none is."""
        if width > self._width or height > self._height:
            return None
        right, low = self._width - width, self._height - height
        corners = _areas([0, right, 0, right], [0, 0, low, low], width, height)
        free = corners[self._is_free(corners, self._heads)]
        return self._take(free[0], far=False).area if len(free) else None

    def _at_edge(self, index: int, width: int, height: int) -> Place | None:
        """The place at the picture's edge that covers least, for a face that leaves no other."""
        right, low = self._width - width, self._height - height
        left, _, far, _ = self._boxes[index]
        middle = np.clip((left + far - width) / 2, 0, right)
        x, y = np.meshgrid([middle, 0, right], [low, 0])
        edges = _areas(x.ravel(), y.ravel(), width, height)
        edges = edges[self._is_free(edges, np.empty((0, 4)))]
        covered = self._covered(edges)
        if not len(edges) or covered.min() > LEAST_COVER:
            return None
        return self._take(edges[covered.argmin()], far=False)

    def _covered(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """The greatest share of a face's box that each place covers."""
        boxes = self._boxes[None]
        low = np.maximum(places[:, None, :2], boxes[..., :2])
        high = np.minimum(places[:, None, 2:], boxes[..., 2:])
        shared = np.maximum(0, high - low).prod(axis=2)
        sizes = np.maximum(1, (boxes[..., 2:] - boxes[..., :2]).prod(axis=2))
        return np.asarray((shared / sizes).max(axis=1))

    def _adjacent(self, head: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
        """Places that touch a head, the best first: over it, under it, right, left."""
        left, top, right, bottom = head
        along = [left, (left + right - width) / 2, right - width]
        down = [top, (top + bottom - height) / 2, bottom - height]
        x = [*along, *along, *[right] * 3, *[left - width] * 3]
        y = [*[top - height] * 3, *[bottom] * 3, *down, *down]
        # At the picture's edge a label slides along its head, never over it: that is not free.
        return self._inside(_areas(x, y, width, height))

    def _grid(self, width: int, height: int) -> NDArray[np.float64]:
        """Places all over the picture."""
        x = _steps(self._width - width, max(1, width // 6))
        y = _steps(self._height - height, max(1, height // 2))
        across, down = np.meshgrid(x, y)
        return _areas(across.ravel(), down.ravel(), width, height)

    def _nearest(
        self, places: NDArray[np.float64], index: int, only_clear: bool
    ) -> NDArray[np.float64] | None:
        """The nearest place to which a straight line leads over no other face and no label."""
        box = self._boxes[index]
        across = np.maximum(0, np.maximum(places[:, 0] - box[2], box[0] - places[:, 2]))
        down = np.maximum(0, np.maximum(places[:, 1] - box[3], box[1] - places[:, 3]))
        nearest = places[np.argsort(np.hypot(across, down), kind="stable")[:_LINES_TRIED]]
        others = np.concatenate([np.delete(self._boxes, index, axis=0), self._taken])
        for place in nearest:
            start, end = line_between(_area(box), _area(place))
            steps = np.linspace(0, 1, 32)[:, None]
            points = np.array(start) * (1 - steps) + np.array(end) * steps
            inside = (points[:, None] > others[None, :, :2]) & (
                points[:, None] < others[None, :, 2:]
            )
            if not inside.all(axis=2).any():
                return place
        return None if only_clear else nearest[0]

    def _is_free(
        self, places: NDArray[np.float64], faces: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        full = np.concatenate([faces, self._taken])
        apart = (
            (places[:, None, 2] <= full[None, :, 0])
            | (places[:, None, 0] >= full[None, :, 2])
            | (places[:, None, 3] <= full[None, :, 1])
            | (places[:, None, 1] >= full[None, :, 3])
        )
        return np.asarray(apart.all(axis=1))

    def _inside(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        size = places[:, 2:] - places[:, :2]
        most = np.array([self._width, self._height]) - size
        corner = np.clip(places[:, :2], 0, most)
        return np.concatenate([corner, corner + size], axis=1)

    def _take(self, place: NDArray[np.float64], *, far: bool) -> Place:
        apart = place + self._gap * np.array([-1, -1, 1, 1])
        self._taken = np.concatenate([self._taken, apart[None]])
        return Place(_area(place), far)


def line_between(box: Area, label: Area) -> tuple[tuple[int, int], tuple[int, int]]:
    """The shortest line from a box to a label: its ends (x, y)."""
    ends = []
    for low, high in ((0, 2), (1, 3)):
        if box[high] <= label[low]:
            ends.append((box[high], label[low]))
        elif label[high] <= box[low]:
            ends.append((box[low], label[high]))
        else:
            middle = (max(box[low], label[low]) + min(box[high], label[high])) // 2
            ends.append((middle, middle))
    (x, to_x), (y, to_y) = ends
    return (x, y), (to_x, to_y)


def _areas(x: object, y: object, width: int, height: int) -> NDArray[np.float64]:
    corner = np.floor(np.stack([np.asarray(x, np.float64), np.asarray(y, np.float64)], axis=1))
    return np.concatenate([corner, corner + np.array([width, height])], axis=1)


def _area(place: NDArray[np.float64]) -> Area:
    left, top, right, bottom = (int(value) for value in place)
    return Area(left, top, right, bottom)


def _steps(length: int, step: int) -> NDArray[np.float64]:
    """From 0 to `length`, both among them."""
    return np.unique(np.append(np.arange(0, length, step), length)).astype(np.float64)
