"""Photos one after the other, or on several cores: opened, looked at, drawn on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.faces.cores import map_on_cores, processes_for
from fer_keras.faces.crop import Framing
from fer_keras.faces.overlay import Mark, draw_overlay
from fer_keras.faces.photo import ANNOTATED, MARKED_SUFFIXES
from fer_keras.faces.recognizer import Recognition, Recognizer, process_recognizer
from fer_keras.models.classifier import UNSURE
from fer_keras.picture_file import open_photo
from fer_keras.tables import TextTable

NO_FACE = "no face"

NUMBERS = ("probability", "left", "top", "right", "bottom", "score")
"""Columns of a face, beside the probability of each class."""


@dataclass(frozen=True)
class PhotoResult:
    """What was found in a photo.

    Attributes:
        photo: its path.
        width, height: in pixels, upright.
        faces: the surest first; none is a result too.
        labels: class names, in the order of the probabilities.
        abstain_below: the probability below which the answer is "unsure".
        tried: where nothing was found: where it was looked, and for what; else "".
    """

    photo: Path
    width: int
    height: int
    faces: tuple[Recognition, ...]
    labels: tuple[str, ...]
    abstain_below: float
    tried: str = ""

    def answer(self, found: Recognition) -> tuple[int | None, str, float]:
        """The emotion's index (None: unsure), its name or "unsure", the greatest probability."""
        leader = int(found.probabilities.argmax())
        probability = float(found.probabilities[leader])
        if probability < self.abstain_below:
            return None, UNSURE, probability
        return leader, self.labels[leader], probability

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; boxes and points in pixels."""
        faces = []
        for found in self.faces:
            _, emotion, probability = self.answer(found)
            face = found.face
            faces.append(
                {
                    "emotion": emotion,
                    "probability": probability,
                    "probabilities": dict(
                        zip(self.labels, map(float, found.probabilities), strict=True)
                    ),
                    "box": [face.left, face.top, face.right, face.bottom],
                    "keypoints": [list(point) for point in face.keypoints],
                    "score": face.score,
                }
            )
        return {
            "photo": str(self.photo),
            "width": self.width,
            "height": self.height,
            "faces": faces,
            **({} if faces else {"tried": self.tried}),
        }

    def to_rows(self) -> list[list[object]]:
        """Rows under `csv_header`: one a face; of a photo without faces one, empty after face 0."""
        if not self.faces:
            return [[self.photo, 0, NO_FACE, *[""] * (6 + len(self.labels))]]
        return [
            [self.photo, number, self.answer(found)[1], *(f"{value:.4f}" for value in numbers)]
            for number, found in enumerate(self.faces, start=1)
            for numbers in [self.numbers(found).values()]
        ]

    def numbers(self, found: Recognition) -> dict[str, float]:
        """What is known of a face, by column: `NUMBERS`, then each class's probability."""
        face, probabilities = found.face, list(map(float, found.probabilities))
        values = (max(probabilities), face.left, face.top, face.right, face.bottom, face.score)
        names = (*NUMBERS, *(f"p_{label}" for label in self.labels))
        return dict(zip(names, (*values, *probabilities), strict=True))


def csv_header(labels: Sequence[str]) -> list[str]:
    """Names of the columns of `PhotoResult.to_rows`."""
    return ["photo", "face", "emotion", *NUMBERS, *(f"p_{name}" for name in labels)]


def photo_table(results: Sequence[PhotoResult]) -> TextTable:
    """One row a face."""
    rows: list[list[str]] = []
    for result in results:
        photo = str(result.photo)
        if not result.faces:
            rows.append([photo, "", NO_FACE, "", "", ""])
        for number, found in enumerate(result.faces, start=1):
            _, emotion, probability = result.answer(found)
            second = int(found.probabilities.argsort()[-2]) if len(result.labels) > 1 else 0
            face = found.face
            rows.append(
                [
                    photo if number == 1 else "",
                    str(number),
                    emotion,
                    f"{probability:.0%}",
                    f"{result.labels[second]} {found.probabilities[second]:.0%}",
                    f"{face.width:.0f}x{face.height:.0f}+{face.left:.0f}+{face.top:.0f}",
                ]
            )
    columns = ["photo", "face", "emotion", "probability", "second", "box"]
    return TextTable(columns, rows, left=frozenset({"emotion", "second"}))


_SOFTWARE = 0x0131


class Annotator:
    """Writes annotated copies into a folder; photos of one name from two folders get numbers.

    Args:
        folder: made if it is missing. It can't be one that a photo lies in: copies would replace
            the photos.
        photos: all that will be drawn.
        bars: draw them for every face; else for one that is alone.

    Raises:
        InputError: if the folder can't take them.
    """

    def __init__(self, folder: Path, photos: list[Path], *, bars: bool = False) -> None:
        for photo in photos:
            if photo.resolve().parent == folder.resolve():
                raise InputError(
                    f"annotate {folder}: {photo.name} lies in it and would be replaced; name "
                    "another folder",
                    argument="annotate",
                )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"annotate {folder}: {error.strerror}; name a folder", argument="annotate"
            ) from error
        self._folder = folder
        self.bars = bars
        self._taken: set[str] = set()

    def place(self, photo: Path) -> Path:
        """Where the photo's copy goes; another place each time."""
        return self._folder / self._free_name(photo)

    def draw(self, picture: NDArray[np.uint8], result: PhotoResult) -> Path:
        """Draw a copy of the picture as `draw_copy` does; the file written."""
        path = self.place(result.photo)
        draw_copy(picture, result, path, bars=self.bars)
        return path

    def _free_name(self, photo: Path) -> str:
        suffix = photo.suffix.lower() if photo.suffix.lower() in MARKED_SUFFIXES else ".png"
        name, number = f"{photo.stem}{suffix}", 1
        while name.lower() in self._taken:
            number += 1
            name = f"{photo.stem}-{number}{suffix}"
        self._taken.add(name.lower())
        return name


def draw_copy(
    picture: NDArray[np.uint8], result: PhotoResult, path: Path, *, bars: bool = False
) -> None:
    """Draw boxes and labels, of a single face bars too, onto a copy of the picture; write it.

    Args:
        picture: (height, width, 3), red, green, blue.
        result: what was found in it.
        path: written whole or not at all, without the photo's EXIF.
        bars: for every face; else for one that is alone.
    """
    from PIL import Image

    from fer_keras.picture_file import write_picture

    drawn = picture.copy()
    marks = []
    for found in result.faces:
        label, emotion, probability = result.answer(found)
        marks.append(Mark(found.face, f"{emotion} {probability:.0%}", label, found.probabilities))
    draw_overlay(drawn, marks, result.labels, bars=bars)
    mark = Image.Exif()
    mark[_SOFTWARE] = ANNOTATED
    write_picture(Image.fromarray(drawn), path, inputs=[result.photo], quality=90, exif=mark)


def read_photos(
    paths: Sequence[Path],
    recognizer: Recognizer,
    abstain_below: float,
    annotator: Annotator | None,
    problem: Callable[[Path, InputError], None],
    processes: int | None = None,
) -> Iterator[PhotoResult]:
    """What is found in each photo, in the order of the photos, as it is found.

    Args:
        paths: the photos.
        recognizer: finds and names faces; other processes make one alike.
        abstain_below: probability below which the answer is "unsure".
        annotator: draws a copy of each photo, or None.
        problem: called with a photo that can't be read, and why; it has no result.
        processes: that look at the same time; None: as many as there are cores, if there are
            photos enough.
    """
    count = processes or processes_for(len(paths))
    tasks = [
        (path, annotator.place(path) if annotator else None, bool(annotator and annotator.bars))
        for path in paths
    ]
    if count <= 1:
        found = (look(recognizer, abstain_below, *task) for task in tasks)
        yield from _readable(paths, found, problem)
        return
    jobs = ((recognizer.asked, abstain_below, *task) for task in tasks)
    yield from _readable(paths, map_on_cores(_look_elsewhere, jobs, count, together=2), problem)


def _readable(
    paths: Sequence[Path],
    found: Iterator[PhotoResult | str],
    problem: Callable[[Path, InputError], None],
) -> Iterator[PhotoResult]:
    for path, one in zip(paths, found, strict=True):
        if isinstance(one, str):
            problem(path, InputError(one))
        else:
            yield one


def look(
    recognizer: Recognizer,
    abstain_below: float,
    path: Path,
    copy: Path | None = None,
    bars: bool = False,
) -> PhotoResult | str:
    """What is found, or why the photo can't be read; its copy is drawn if it shall have one."""
    try:
        picture = open_photo(path)
    except InputError as error:
        return str(error)
    faces = tuple(recognizer.recognise(picture))
    height, width = picture.shape[:2]
    tried = "" if faces else recognizer.what_was_tried(width, height)
    result = PhotoResult(path, width, height, faces, recognizer.labels, abstain_below, tried)
    if copy is not None:
        draw_copy(picture, result, copy, bars=bars)
    return result


def _look_elsewhere(
    job: tuple[tuple[str, str, bool, Framing | None], float, Path, Path | None, bool],
) -> PhotoResult | str:
    asked, abstain_below, path, copy, bars = job
    return look(process_recognizer(*asked), abstain_below, path, copy, bars)
