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

import cv2
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from fer_keras.analysis.summary import Summary
from fer_keras.faces.overlay import label_colour
from fer_keras.files import whole_file
from fer_keras.films import FilmWriter, Frame, open_film
from fer_keras.films.browser_film import plays_in_browsers
from fer_keras.films.opening import is_address
from fer_keras.live.watcher import Seen

SIDE = 640
"""Pixels of the longer side, at most."""
QUALITY = 30
"""x264's: a quarter of the bytes of what it calls transparent."""
AS_IT_IS = 20_000_000
"""Bytes of a film that goes into the page unchanged."""


def plays_as_it_is(source: str | Path) -> bool:
    """Whether it is a file of which no smaller one need be made."""
    path = Path(source)
    if is_address(source) or not path.is_file() or path.stat().st_size > AS_IT_IS:
        return False
    return plays_in_browsers(path)


def write_preview(
    source: str | Path,
    path: Path,
    *,
    fps: float,
    stop: Callable[[], bool],
    progress: Callable[[float, float | None], None],
) -> None:
    """Write the film as a small .mp4, with its sound and its times.

    Args:
        source: the film.
        path: of the .mp4.
        fps: frames a second of a folder of pictures.
        stop: asked after every frame whether to end.
        progress: called after every frame with the seconds done and the film's length.
    """
    film = open_film(source, sound=True, fps=fps)
    writer = FilmWriter(path, film, quality=QUALITY)
    try:
        for frame in film:
            writer.write(shrink(frame.picture), frame.time)
            progress(frame.time, film.duration)
            if stop():
                break
        writer.close()
    finally:
        writer.discard()
        film.close()


def shrink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture whose longer side has at most `SIDE` pixels."""
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    if scale >= 1:
        return picture
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


MOST_FACES = 12
_NEXT = 1.5
"""Steps between the middles of two that follow each other, with room for rounding."""


def draw_timeline(summary: Summary, title: str) -> Figure:
    """Draw the probabilities of each face's emotions, stacked, over the film.

    Args:
        summary: of a film. Of more than 12 faces those seen longest are drawn.
        title: stands over it.
    """
    faces = summary.leading_faces(MOST_FACES)
    rows = max(1, len(faces))
    figure = Figure(figsize=(10, 1.1 + 1.25 * rows), layout="constrained")
    axes = figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0]
    for axis, face in zip(axes, faces, strict=False):
        _draw_strip(axis, summary, face.face)
        shares = face.shares(summary.labels)
        leader = max(shares, key=shares.__getitem__)
        axis.set_title(
            f"face {face.face}: {face.seconds:.1f} s, {leader} {shares[leader]:.0%} of them",
            fontsize=9,
            loc="left",
        )
    axes[-1].set_xlabel("seconds")
    axes[-1].set_xlim(0, max(summary.seconds, summary.timeline.step))
    more = len(summary.faces) - len(faces)
    if not faces:
        axes[0].text(0.5, 0.5, "no face", ha="center", va="center", transform=axes[0].transAxes)
        axes[0].set_yticks([])
    named = [Patch(color=_colour(index), label=name) for index, name in enumerate(summary.labels)]
    figure.legend(handles=named, loc="outside lower center", ncols=len(named), fontsize=8)
    figure.suptitle(f"{title} (and {more} more faces)" if more > 0 else title, fontsize=11)
    return figure


def _draw_strip(axis: Any, summary: Summary, face: int) -> None:
    line = summary.timeline.of(face)
    step = summary.timeline.step
    breaks = np.flatnonzero(np.diff(line.times) > _NEXT * step) + 1
    for part in np.split(np.arange(len(line.times)), breaks):
        # Each step is as wide as it lasts, a single one too.
        edges = np.repeat(line.times[part], 2) + np.tile([-step / 2, step / 2], len(part))
        heights = np.repeat(line.probabilities[part], 2, axis=0)
        axis.stackplot(
            edges, heights.T, colors=[_colour(index) for index in range(len(summary.labels))]
        )
    axis.set_ylim(0, 1)
    axis.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"], fontsize=8)


def _colour(label: int) -> tuple[float, float, float]:
    red, green, blue = label_colour(label)
    return red / 255, green / 255, blue / 255


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
    title, facts = html.escape(name).encode("utf-8", "replace"), _json(_facts(summary, size))
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
