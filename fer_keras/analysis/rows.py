"""What is written of a frame: a row for each face."""

from __future__ import annotations

from collections.abc import Sequence

from fer_keras.films import Frame
from fer_keras.live.watcher import Seen

Row = tuple[float | int | str, ...]

PLACES = 2
"""Decimals of pixels."""
TIMES = 4
"""Decimals of seconds and probabilities."""


def column_names(labels: Sequence[str]) -> list[str]:
    """Names of the columns of `face_rows`."""
    place = ("x", "y", "width", "height")
    return ["time_s", "frame", "face_id", *place, "label", "probability", *labels]


def face_rows(frame: Frame, seen: Sequence[Seen], labels: tuple[str, ...]) -> list[Row]:
    """Rows under `column_names`, one for each face in the order of their numbers.

    `x` and `y` are the box's upper left corner in pixels; `label` may be "unsure"; `probability` is
    the leading emotion's, also where it is.
    """
    return [
        (
            round(frame.time, TIMES),
            frame.number,
            one.number,
            *(
                round(value, PLACES)
                for value in (one.face.left, one.face.top, one.face.width, one.face.height)
            ),
            one.decision.name(labels),
            round(one.decision.probability, TIMES),
            *(round(float(value), TIMES) for value in one.probabilities),
        )
        for one in seen
    ]
