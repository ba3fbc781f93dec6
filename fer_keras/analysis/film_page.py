"""The page of a film: film, boxes and timeline move together, in one file without a network.

It is written piece by piece, boxes while the film is looked at: memory stays flat.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from fer_keras.analysis.summary import Summary
from fer_keras.analysis.timeline_picture import MOST_FACES
from fer_keras.faces.overlay import label_colour
from fer_keras.files import whole_file
from fer_keras.films import Frame
from fer_keras.live.watcher import Seen

_TEMPLATE = Path(__file__).with_name("film_page.html")
_PIECE = 3 * 256 * 1024
"""Bytes at once; divisible by three, so that pieces of base64 can be joined."""


class Boxes:
    """The faces of each frame as JSON, written as they come.

    Args:
        file: to write to.
        labels: the emotions.

    Attributes:
        size: width and height of the last picture, in pixels.
    """

    def __init__(self, file: BinaryIO, labels: tuple[str, ...]) -> None:
        self._file = file
        self._labels = labels
        self._empty = True
        self.size = (1, 1)

    def write(self, frame: Frame, seen: Sequence[Seen]) -> None:
        """Append a frame: its time, and of each face number, box, label and per cent."""
        height, width = frame.picture.shape[:2]
        self.size = (width, height)
        faces = [
            [
                one.number,
                *(round(value) for value in (one.face.left, one.face.top)),
                *(round(value) for value in (one.face.width, one.face.height)),
                -1 if one.decision.label is None else one.decision.label,
                *(round(100 * float(value)) for value in one.probabilities),
            ]
            for one in seen
        ]
        entry = json.dumps([round(frame.time, 3), *faces], separators=(",", ":"))
        self._file.write((b"" if self._empty else b",\n") + entry.encode())
        self._empty = False


def write_page(
    path: Path, name: str, summary: Summary, boxes: Path, size: tuple[int, int], film: Path
) -> None:
    """Write the page, whole or not at all.

    Args:
        path: of the page.
        name: of the film.
        summary: of the film, finished.
        boxes: what `Boxes` wrote.
        size: of its pictures, (width, height) in pixels.
        film: an .mp4 that browsers play.
    """
    title, facts = html.escape(name).encode(), _json(_facts(summary, size))
    parts: dict[str, Callable[[], Iterable[bytes]]] = {
        "TITLE": lambda: [title],  # it stands in two places
        "FACTS": lambda: [facts],
        "BOXES": lambda: _pieces(boxes),
        "FILM": lambda: _base64(film),
    }
    template = _TEMPLATE.read_text(encoding="utf-8")
    with whole_file(path) as temporary, temporary.open("wb") as page:
        for piece in template.split("@@"):
            contents = parts[piece]() if piece in parts else [piece.encode()]
            for content in contents:
                page.write(content)


def _facts(summary: Summary, size: tuple[int, int]) -> dict[str, Any]:
    faces = []
    for one in summary.leading_faces(MOST_FACES):
        line = summary.timeline.of(one.face)
        faces.append(
            {
                "id": one.face,
                "seconds": round(one.seconds, 2),
                "first": round(one.first_s, 2),
                "shares": {
                    name: round(share, 3) for name, share in one.shares(summary.labels).items()
                },
                "times": [round(float(time), 3) for time in line.times],
                "probabilities": (line.probabilities * 100).round().astype(int).tolist(),
            }
        )
    return {
        "labels": list(summary.labels),
        "colours": [_hex(i) for i in range(len(summary.labels))],
        "unsure": _hex(None),
        "width": size[0],
        "height": size[1],
        "seconds": round(summary.seconds, 3),
        "frames": summary.frames,
        "without": round(summary.seconds_without_face, 2),
        "more": len(summary.faces) - len(faces),
        "step": summary.timeline.step,
        "gap": round(1.5 * summary.seconds / max(1, summary.frames), 3),
        "faces": faces,
    }


def _hex(label: int | None) -> str:
    red, green, blue = label_colour(label)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _json(value: Any) -> bytes:
    # Inside a script element only this sequence could end it.
    return json.dumps(value, separators=(",", ":")).replace("</", "<\\/").encode()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _base64(path: Path) -> Iterator[bytes]:
    for piece in _pieces(path):
        yield base64.b64encode(piece)
