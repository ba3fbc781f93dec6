"""Another project's `.tflite` for faces, fed as that project feeds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.litert import litert_errors, open_interpreter


def peer_probabilities(
    path: Path, faces: NDArray[np.uint8], classes: int, low: float, high: float
) -> NDArray[np.float32]:
    """What a foreign model says of our faces.

    Args:
        path: of a `.tflite` file with float32 input (1, height, width, 1 or 3), trusted.
        faces: uint8, (n, 48, 48, 1); resized bilinearly by OpenCV, as the `fer` package does.
        classes: outputs that it must have, in the order of the data's labels.
        low, high: what black and white are to it.

    Returns:
        float32, (n, classes).

    Raises:
        InputError: if it takes or gives something else.
    """
    import cv2

    interpreter = open_interpreter(path)
    given, got = interpreter.get_input_details(), interpreter.get_output_details()
    takes, gives = _shapes(given), _shapes(got)
    fits = len(given) == 1 and given[0]["dtype"] == np.float32 and len(takes[0]) == 4
    if not fits or not _is_picture(takes[0]) or gives != [[1, classes]]:
        kinds = " and ".join(f"{one['dtype'].__name__} {one['shape'].tolist()}" for one in given)
        raise InputError(
            f"{path}: `peer` takes a model of float pictures with {classes} classes; this one "
            f"takes {kinds or 'nothing'} and gives {' and '.join(map(str, gives)) or 'nothing'}"
        )
    shape = takes[0]
    answers = np.empty((len(faces), classes), np.float32)
    with litert_errors(path):
        for index, face in enumerate(faces):
            sized: NDArray[Any] = cv2.resize(face[..., 0], (shape[2], shape[1]))
            scaled = low + sized.astype(np.float32) / 255 * (high - low)
            picture = np.repeat(scaled[None, ..., None], shape[3], axis=3).astype(np.float32)
            interpreter.set_tensor(given[0]["index"], picture)
            interpreter.invoke()
            answers[index] = interpreter.get_tensor(got[0]["index"])[0]
    if not np.isfinite(answers).all():
        raise InputError(f"{path}: gives numbers that are none; it can't be compared")
    return answers


def _shapes(tensors: list[dict[str, Any]]) -> list[list[int]]:
    return [[int(size) for size in tensor["shape"]] for tensor in tensors]


def _is_picture(shape: list[int]) -> bool:
    return shape[0] == 1 and min(shape) >= 1 and shape[3] in (1, 3)
