"""Boxes, labels and bars drawn onto pictures.

First it is planned where everything stands (`plan_overlay`), then it is drawn (`draw_overlay`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection import Face
from fer_keras.faces.label_layout import Area, Layout, Place, box_of, line_between

Colour = tuple[int, int, int]

# Okabe and Ito's palette, told apart by colour-blind people too; red, green, blue.
_PALETTE: tuple[Colour, ...] = (
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (240, 228, 66),
    (86, 180, 233),
    (230, 159, 0),
    (230, 230, 230),
    (0, 114, 178),
)
_UNSURE: Colour = (150, 150, 150)
_STATUS: Colour = (245, 245, 245)
_DARK: Colour = (20, 20, 20)
_LIGHT: Colour = (245, 245, 245)
_PANEL_OPACITY = 0.7

SMALLEST_TEXT = 12
"""Pixels of a letter's height (em): smaller ones can't be read on any screen."""
TEXT_SHARE = 1 / 80, 1 / 32
"""A letter's least and greatest height, in parts of the picture's longer side: a picture 4,000
pixels wide is looked at on a screen of 1,000 to 2,000."""
_TITLE_LETTERS = 6.5
"""Width of a title such as "surprise 97%", in heights of a letter."""
_SMALLER = 0.8
"""Step by which letters shrink where they find no room."""


@dataclass(frozen=True)
class Mark:
    """What is to be drawn for a face.

    Attributes:
        face: where.
        title: its label.
        label: index of the emotion that gives the colour, or None: unsure.
        scores: (classes,), lengths of the bars, 0 to 1.
    """

    face: Face
    title: str
    label: int | None
    scores: NDArray[np.floating]


@dataclass(frozen=True)
class Overlay:
    """Where everything stands.

    Attributes:
        text: height of letters (em), in pixels.
        labels: of each mark; None: no room for it.
        bars: of each mark; None: none wanted, or no room.
        status: of the status line, or None.
    """

    text: int
    labels: tuple[Place | None, ...]
    bars: tuple[Place | None, ...]
    status: Area | None


def label_colour(label: int | None) -> Colour:
    """The colour of an emotion (red, green, blue); grey where unsure."""
    return _UNSURE if label is None else _PALETTE[label % len(_PALETTE)]


def plan_overlay(
    width: int,
    height: int,
    marks: Sequence[Mark],
    names: Sequence[str],
    *,
    bars: bool = False,
    status: str = "",
    even: bool = False,
) -> Overlay:
    """Where labels and bars stand: on no face, and on none of each other.

    Letters are as large as fits the faces and the picture; in a crowd they shrink before labels
    leave their faces. What finds no room is left out: the box's colour still says the emotion.

    Args:
        width, height: of the picture, in pixels.
        marks: the faces.
        names: of the bars.
        bars: for every face; else for a face that is alone.
        status: a line in a corner; "": none.
        even: letters do not grow with faces: in a film they would pulsate.
    """
    texts = _text_sizes(width, height, [] if even else marks)
    for text in texts:
        layout = Layout(width, height, [mark.face for mark in marks], _gap(text))
        corner = layout.corner(*_tag_size(status, text)) if status else None
        last = text == texts[-1]
        far = last or len(marks) == 1
        labels = _place_labels(marks, text, layout, layout.anywhere if far else layout.beside)
        if last or None not in labels:
            break
    panels: list[Place | None] = [None] * len(marks)
    if names and (bars or len(marks) == 1):
        size = _panel_size(names, text)
        # From left to right, so that their lines don't cross.
        for index in sorted(range(len(marks)), key=lambda one: marks[one].face.left):
            panels[index] = layout.anywhere(index, *size, only_clear=True)
    return Overlay(text, tuple(labels), tuple(panels), corner)


def draw_overlay(
    picture: NDArray[np.uint8],
    marks: Sequence[Mark],
    names: Sequence[str],
    *,
    bars: bool = False,
    status: str = "",
    even: bool = False,
) -> None:
    """Draw a box and a label for every face, and bars, into the picture.

    Args:
        picture: (height, width, 3), red, green, blue; changed in place.
        marks, names, bars, status, even: as for `plan_overlay`.
    """
    height, width = picture.shape[:2]
    plan = plan_overlay(width, height, marks, names, bars=bars, status=status, even=even)
    line = max(1, round(plan.text / 8))
    for mark in reversed(marks):  # the surest on top
        _draw_box(picture, box_of(mark.face), label_colour(mark.label), line)
    for mark, label, panel in zip(marks, plan.labels, plan.bars, strict=True):
        for place in (label, panel):
            if place is not None and place.far:
                _draw_line(picture, mark, place.area, line)
    for mark, label, panel in zip(marks, plan.labels, plan.bars, strict=True):
        if label is not None:
            draw_tag(picture, mark.title, label.area, plan.text, label_colour(mark.label))
        if panel is not None:
            _draw_bars(picture, panel.area, mark, names, plan.text)
    if plan.status is not None:
        draw_tag(picture, status, plan.status, plan.text, _STATUS)


def draw_tag(picture: NDArray[np.uint8], text: str, area: Area, size: int, colour: Colour) -> None:
    """Dark text on a coloured ground that fills an area of the picture."""
    picture[area.top : area.bottom, area.left : area.right] = colour
    _write(picture, area, [(_pad(size), _pad(size), text)], size, _DARK)


def _text_sizes(width: int, height: int, marks: Sequence[Mark]) -> list[int]:
    """Heights of letters to try: for a title as wide as a face, then smaller ones."""
    longer = max(width, height)
    least, most = (max(SMALLEST_TEXT, share * longer) for share in TEXT_SHARE)
    middle = np.sqrt(least * most)
    wanted = np.median([mark.face.width for mark in marks]) / _TITLE_LETTERS if marks else middle
    sizes = [float(np.clip(wanted, least * 1.1, max(most, least * 1.1)))]
    while sizes[-1] > least:
        sizes.append(max(least, sizes[-1] * _SMALLER))
    return [round(size) for size in sizes]


def _place_labels(
    marks: Sequence[Mark],
    text: int,
    layout: Layout,
    place: Callable[[int, int, int], Place | None],
) -> list[Place | None]:
    """A place for each label. Whoever has the fewest places left chooses next."""
    sizes = [_tag_size(mark.title, text) for mark in marks]
    labels: list[Place | None] = [None] * len(marks)
    waiting = list(range(len(marks)))
    while waiting:
        index = min(waiting, key=lambda one: layout.count_near(one, *sizes[one]))
        waiting.remove(index)
        labels[index] = place(index, *sizes[index])
    return labels


@lru_cache(maxsize=32)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _gap(size: int) -> int:
    return max(1, size // 6)


def _pad(size: int) -> int:
    return max(2, size // 4)


@lru_cache(maxsize=256)
def _text_width(text: str, size: int) -> int:
    return int(np.ceil(_font(size).getlength(text)))


def _line_height(size: int) -> int:
    return sum(_font(size).getmetrics())


def _tag_size(text: str, size: int) -> tuple[int, int]:
    return _text_width(text, size) + 2 * _pad(size), _line_height(size) + 2 * _pad(size)


def _columns(names: Sequence[str], size: int) -> tuple[int, int]:
    """Width of the longest name, and of a full bar."""
    return max(_text_width(name, size) for name in names), 4 * size


def _panel_size(names: Sequence[str], size: int) -> tuple[int, int]:
    words, longest = _columns(names, size)
    return words + longest + 3 * _pad(size), _line_height(size) * len(names) + 2 * _pad(size)


def _draw_box(picture: NDArray[np.uint8], box: Area, colour: Colour, line: int) -> None:
    import cv2

    corners = ((box.left, box.top), (box.right, box.bottom))
    cv2.rectangle(picture, *corners, _DARK, line + 2)  # an edge, on bright grounds
    cv2.rectangle(picture, *corners, colour, line)


def _draw_line(picture: NDArray[np.uint8], mark: Mark, area: Area, line: int) -> None:
    import cv2

    start, end = line_between(box_of(mark.face), area)
    cv2.line(picture, start, end, _DARK, line + 2, cv2.LINE_AA)
    cv2.line(picture, start, end, label_colour(mark.label), line, cv2.LINE_AA)


def _draw_bars(
    picture: NDArray[np.uint8], area: Area, mark: Mark, names: Sequence[str], size: int
) -> None:
    ground = picture[area.top : area.bottom, area.left : area.right]
    ground[:] = (ground * (1 - _PANEL_OPACITY)).astype(np.uint8)
    words, longest = _columns(names, size)
    pad, line = _pad(size), _line_height(size)
    written = [(pad, pad + row * line, name) for row, name in enumerate(names)]
    _write(picture, area, written, size, _LIGHT)
    left = words + 2 * pad
    for row, score in enumerate(mark.scores):
        top = pad + row * line + line // 4
        bar = max(1, round(longest * float(np.clip(score, 0, 1))))
        ground[top : top + max(1, line // 2), left : left + bar] = label_colour(mark.label)


def _write(
    picture: NDArray[np.uint8],
    area: Area,
    texts: Sequence[tuple[int, int, str]],
    size: int,
    ink: Colour,
) -> None:
    """Write texts, each at x and y in the area."""
    from PIL import Image, ImageDraw

    patch = Image.fromarray(picture[area.top : area.bottom, area.left : area.right])
    pen = ImageDraw.Draw(patch)
    for x, y, text in texts:
        pen.text((x, y), text, ink, _font(size))
    picture[area.top : area.bottom, area.left : area.right] = np.asarray(patch)
