"""Another project's `.tflite` for faces, fed as that project feeds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.files import check_input_file
from fer_keras.models.litert import litert_errors, open_interpreter


def check_peer(path: Path | None) -> None:
    """Refuse another project's file that can't be read or run, before other work takes its time.

    Args:
        path: of a `.tflite` file, or None where there is none.

    Raises:
        InputError: naming the argument `peer`.
    """
    if path is None:
        return
    try:
        check_input_file(path)
        open_interpreter(path)
    except InputError as error:
        raise InputError(f"peer {error}", "peer") from error


class Peer:
    """A foreign model, ready to be asked about our faces.

    Args:
        path: of a `.tflite` file with float32 input (1, height, width, 1 or 3), trusted.
        classes: outputs that it must have, in the order of the data's labels.
        black_and_white: what these are to it.

    Raises:
        InputError: if it can't be run, or takes or gives something else.
    """

    def __init__(self, path: Path, classes: int, black_and_white: tuple[float, float]) -> None:
        check_peer(path)
        self._path, self._classes = path, classes
        self._low, self._high = black_and_white
        self._interpreter = open_interpreter(path)
        given = self._interpreter.get_input_details()
        got = self._interpreter.get_output_details()
        takes, gives = _shapes(given), _shapes(got)
        fits = len(given) == 1 and given[0]["dtype"] == np.float32 and len(takes[0]) == 4
        if not fits or not _is_picture(takes[0]) or gives != [[1, classes]]:
            kinds = " and ".join(
                f"{one['dtype'].__name__} {one['shape'].tolist()}" for one in given
            )
            raise InputError(
                f"peer {path}: takes {kinds or 'nothing'} and gives "
                f"{' and '.join(map(str, gives)) or 'nothing'}; take a model of float pictures "
                f"with {classes} classes",
                "peer",
            )
        self._input, self._output = given[0]["index"], got[0]["index"]
        _, self._height, self._width, self._channels = takes[0]

    def probabilities(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What it says of our faces.

        Args:
            faces: uint8, (n, 48, 48, 1); resized bilinearly by OpenCV, as the `fer` package does.

        Returns:
            float32, (n, classes).

        Raises:
            InputError: if these are no numbers.
        """
        import cv2

        answers = np.empty((len(faces), self._classes), np.float32)
        with litert_errors(self._path):
            for index, face in enumerate(faces):
                sized: NDArray[Any] = cv2.resize(face[..., 0], (self._width, self._height))
                scaled = self._low + sized.astype(np.float32) / 255 * (self._high - self._low)
                picture = np.repeat(scaled[None, ..., None], self._channels, axis=3)
                self._interpreter.set_tensor(self._input, picture.astype(np.float32))
                self._interpreter.invoke()
                answers[index] = self._interpreter.get_tensor(self._output)[0]
        if not np.isfinite(answers).all():
            raise InputError(f"{self._path}: gives numbers that are none; it can't be compared")
        return answers


def _shapes(tensors: list[dict[str, Any]]) -> list[list[int]]:
    return [[int(size) for size in tensor["shape"]] for tensor in tensors]


def _is_picture(shape: list[int]) -> bool:
    return shape[0] == 1 and min(shape) >= 1 and shape[3] in (1, 3)
