"""Photos one after the other: opened, looked at, drawn on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.faces.annotate import Annotator
from fer_keras.faces.photo import open_photo
from fer_keras.faces.photo_result import PhotoResult
from fer_keras.faces.recognizer import Recognizer


def read_photos(
    paths: Sequence[Path],
    recognizer: Recognizer,
    abstain_below: float,
    annotator: Annotator | None,
    problem: Callable[[Path, InputError], None],
) -> Iterator[PhotoResult]:
    """What is found in each photo, one at a time.

    Args:
        paths: the photos.
        recognizer: finds and names faces.
        abstain_below: probability below which the answer is "unsure".
        annotator: draws a copy of each photo, or None.
        problem: called with a photo that can't be read, and why; it has no result.
    """
    for path in paths:
        try:
            picture = open_photo(path)
        except InputError as error:
            problem(path, error)
            continue
        faces = tuple(recognizer.recognise(picture))
        height, width = picture.shape[:2]
        result = PhotoResult(path, width, height, faces, recognizer.labels, abstain_below)
        if annotator is not None:
            annotator.draw(picture, result)
        yield result
