"""Boxes, labels and bars drawn onto pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_keras.detection.face import Face

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
)
_UNSURE: Colour = (150, 150, 150)
_DARK: Colour = (20, 20, 20)
_LIGHT: Colour = (245, 245, 245)
_PANEL_OPACITY = 0.65


def label_colour(label: int | None) -> Colour:
    """The colour of an emotion (red, green, blue); grey where unsure."""
    return _UNSURE if label is None else _PALETTE[label % len(_PALETTE)]


def draw_face(
    picture: NDArray[np.uint8],
    face: Face,
    title: str,
    label: int | None,
    labels: Sequence[str],
    scores: NDArray[np.floating],
    others: Sequence[Face] = (),
) -> None:
    """Draw a box, a title over it and a bar for every emotion beside it, into the picture.

    Args:
        picture: (height, width, 3), red, green, blue; changed in place.
        face: where.
        title: what stands over the box.
        label: index of the emotion that gives the colour, or None: unsure.
        labels: names of the bars.
        scores: lengths of the bars, 0 to 1, as many as there are labels.
        others: faces that the bars had better not cover.
    """
    import cv2

    colour = label_colour(label)
    unit = _unit(picture)
    left, top, right, bottom = (
        round(value) for value in (face.left, face.top, face.right, face.bottom)
    )
    cv2.rectangle(picture, (left, top), (right, bottom), colour, max(1, round(2 * unit)))
    draw_tag(picture, title, left, top, colour)
    _draw_bars(picture, face, colour, labels, scores, others)


def draw_tag(picture: NDArray[np.uint8], text: str, left: int, bottom: int, colour: Colour) -> None:
    """Text on a coloured ground whose lower left corner is at (left, bottom); kept inside."""
    import cv2

    scale, thickness = _font(picture)
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    pad = round(4 * _unit(picture))
    full = height + below + pad
    left = min(max(0, left), max(0, picture.shape[1] - width - 2 * pad))
    bottom = min(max(full, bottom), picture.shape[0])
    cv2.rectangle(
        picture, (left, bottom - full), (left + width + 2 * pad, bottom), colour, cv2.FILLED
    )
    cv2.putText(
        picture,
        text,
        (left + pad, bottom - below),
        cv2.FONT_HERSHEY_SIMPLEX,
        scale,
        _DARK,
        thickness,
        cv2.LINE_AA,
    )


def _draw_bars(
    picture: NDArray[np.uint8],
    face: Face,
    colour: Colour,
    labels: Sequence[str],
    scores: NDArray[np.floating],
    others: Sequence[Face],
) -> None:
    import cv2

    unit = _unit(picture)
    scale, thickness = _font(picture)
    scale *= 0.8
    sizes = [
        cv2.getTextSize(name, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)[0] for name in labels
    ]
    text_width, line = max(size[0] for size in sizes), round(15 * unit)
    pad, longest = round(4 * unit), round(50 * unit)
    width, height = text_width + longest + 3 * pad, line * len(labels) + pad
    x, y = _panel_place(picture, face, others, width, height, pad)
    ground = picture[y : y + height, x : x + width]
    ground[:] = (ground * (1 - _PANEL_OPACITY)).astype(np.uint8)
    for row, (name, score) in enumerate(zip(labels, scores, strict=True)):
        base = y + (row + 1) * line - pad // 2
        cv2.putText(
            picture,
            name,
            (x + pad, base),
            cv2.FONT_HERSHEY_SIMPLEX,
            scale,
            _LIGHT,
            thickness,
            cv2.LINE_AA,
        )
        start = x + text_width + 2 * pad
        end = start + max(1, round(longest * float(np.clip(score, 0, 1))))
        cv2.rectangle(picture, (start, base - line // 2), (end, base), colour, cv2.FILLED)


def _panel_place(
    picture: NDArray[np.uint8],
    face: Face,
    others: Sequence[Face],
    width: int,
    height: int,
    pad: int,
) -> tuple[int, int]:
    """Right of the box, left of it or below it, inside the picture: where it covers least."""
    wanted = (
        (face.right + pad, face.top),
        (face.left - pad - width, face.top),
        (face.left, face.bottom + pad),
    )
    most_x, most_y = max(0, picture.shape[1] - width), max(0, picture.shape[0] - height)
    places = [(min(max(0, round(x)), most_x), min(max(0, round(y)), most_y)) for x, y in wanted]

    def covered(place: tuple[int, int]) -> float:
        x, y = place
        return sum(
            max(0.0, min(x + width, one.right) - max(x, one.left))
            * max(0.0, min(y + height, one.bottom) - max(y, one.top))
            for one in (face, *others)
        )

    return min(places, key=covered)


def _unit(picture: NDArray[np.uint8]) -> float:
    """What a pixel is on a 640x480 picture: text grows with the photo."""
    return max(0.6, max(picture.shape[:2]) / 640)


def _font(picture: NDArray[np.uint8]) -> tuple[float, int]:
    unit = _unit(picture)
    return 0.45 * unit, max(1, round(unit))
