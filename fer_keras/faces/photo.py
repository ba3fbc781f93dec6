"""Photos: which files are meant, and their pixels."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.faces.recognizer import Recognition
from fer_keras.models.classification import UNSURE
from fer_keras.picture_file import SUFFIXES, read_picture
from fer_keras.tables import TextTable

NO_FACE = "no face"


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
        rows: list[list[object]] = []
        for number, found in enumerate(self.faces, start=1):
            _, emotion, probability = self.answer(found)
            face = found.face
            numbers = [probability, face.left, face.top, face.right, face.bottom, face.score]
            decimals = [f"{value:.4f}" for value in (*numbers, *map(float, found.probabilities))]
            rows.append([self.photo, number, emotion, *decimals])
        return rows


def csv_header(labels: Sequence[str]) -> list[str]:
    """Names of the columns of `PhotoResult.to_rows`."""
    place = ("left", "top", "right", "bottom", "score")
    return ["photo", "face", "emotion", "probability", *place, *(f"p_{name}" for name in labels)]


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


PHOTO_SUFFIXES = SUFFIXES

NAMED = 5
"""Of what is left in a folder, how many are named for each reason."""

ANNOTATED = "fer-keras annotated copy"
"""The EXIF field Software of copies that we drew on; they are no photos."""

MARKED_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
"""Of annotated copies: formats that all viewers open and that take EXIF."""

_START = 1 << 16
"""Bytes of a file's start and end within which its EXIF stands."""


def find_photos(
    arguments: Iterable[str], report: Callable[[str], None] = lambda line: None
) -> list[Path]:
    """The photos meant by files, folders (and theirs) and glob patterns, each once.

    Args:
        arguments: as the user gave them. A path that exists is never read as a pattern.
        report: called with a line for each folder of which something was left.

    Raises:
        InputError: if an argument means no photo.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        path = Path(argument)
        left: dict[str, list[str]] = {}
        if path.is_dir():
            paths = _photos_below(path, left)
        elif path.exists():
            paths = [path]
        else:
            # Path.glob takes no absolute patterns, and users write them.
            matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207
            paths = [Path(match) for match in matches if Path(match).is_file()]
        says = "; ".join(
            f"{len(names)} {why} ({', '.join(names[:NAMED])}{', ...' * (len(names) > NAMED)})"
            for why, names in left.items()
        )
        if not paths:
            what = "no photos in it" if path.is_dir() else "no such file, folder or pattern"
            raise InputError(
                f"{argument}: {what} (looked for {', '.join(SUFFIXES)}){says and ': left ' + says}"
            )
        if says:
            report(f"{argument}: {len(paths)} photos; left {says}")
        found.update(dict.fromkeys(paths))
    return list(found)


def _photos_below(folder: Path, left: dict[str, list[str]]) -> list[Path]:
    """The photos of a folder and of those in it; what is not taken goes to `left`, by reason."""
    found: list[Path] = []

    def leave(why: str, path: str) -> None:
        left.setdefault(why, []).append(os.path.relpath(path, folder))

    def unread(error: OSError) -> None:
        leave("folders that can't be read", os.fsdecode(error.filename))

    for above, folders, names in os.walk(folder, onerror=unread):
        for name in sorted(folders):
            path = Path(above, name)
            if name.startswith("."):
                leave("hidden folders", str(path))
            elif path.is_symlink():  # one may lead above itself
                leave("linked folders", str(path))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(above, name)
            if name.startswith(".") or not path.is_file():
                leave("hidden files, pipes and broken links", str(path))
            elif path.suffix.lower() not in SUFFIXES:
                leave("files of other kinds", str(path))
            elif is_annotated(path):
                leave("annotated copies of our own", str(path))
            else:
                found.append(path)
    return sorted(found)


def is_annotated(path: Path) -> bool:
    """Whether a picture is an annotated copy that `predict` drew."""
    if path.suffix.lower() not in MARKED_SUFFIXES:
        return False
    try:
        with path.open("rb") as file:
            start = file.read(_START)
            file.seek(max(0, path.stat().st_size - _START))  # where WebP has it
            return ANNOTATED.encode() in start or ANNOTATED.encode() in file.read(_START)
    except OSError:
        return False


def open_photo(path: Path | BinaryIO) -> NDArray[np.uint8]:
    """A photo's pixels as `read_picture` gives them: turned upright, transparency on white.

    Args:
        path: of a file, or a file in memory.

    Returns:
        uint8, (height, width, 3), red, green, blue.

    Raises:
        InputError: if it can't be read as a picture.
    """
    try:
        return np.asarray(read_picture(path).convert("RGB"))
    except InputError as error:
        raise InputError(f"{path}: can't be read as a picture ({error})") from error
