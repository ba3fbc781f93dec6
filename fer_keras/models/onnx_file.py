"""An `.onnx` classifier of single faces on ONNX Runtime, which the `[onnx]` extra installs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.model_file import is_ours
from fer_keras.models.onnx_check import missing_extra, read_onnx
from fer_keras.models.trial import ONNX_BATCH, onnx_session, try_out

KERNELS = "onnxruntime"
"""What `try_out` calls its kernels."""


class OnnxNetwork:
    """A file on ONNX Runtime's CPU kernels.

    Args:
        path: of an `.onnx` file of one input, float32 (1 or any, height, width, 1 or 3), and one
            output, float32 (1 or any, classes).
        classes: that it should tell apart.
        threads: processor threads to run on, 1 or more.

    Raises:
        InputError: if the file is damaged, or does something else.
    """

    def __init__(self, path: Path, classes: int, threads: int = 1) -> None:
        self._path, self._classes = path, classes
        self._session = _open(path, threads)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        fits = (
            len(inputs) == len(outputs) == 1
            and len(inputs[0].shape) == 4
            and all(isinstance(size, int) and size > 0 for size in inputs[0].shape[1:])
            and inputs[0].shape[3] in (1, 3)
            and outputs[0].shape[1:] == [classes]
            and inputs[0].type == outputs[0].type == "tensor(float)"
        )
        if not fits:
            raise InputError(
                f"{path}: no classifier of faces; it must take one picture, float32 "
                f"1xHEIGHTxWIDTHx1 (grey) or x3 (RGB), and give {classes} probabilities"
            )
        batch, self.height, self.width, self.channels = inputs[0].shape
        self._input = inputs[0].name
        self._batch = 1 if batch == 1 else ONNX_BATCH

    def __call__(self, faces: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answers, (n, classes), for faces (n, height, width, channels), 0 to 255."""
        answers = np.empty((len(faces), self._classes), dtype=np.float32)
        for start in range(0, len(faces), self._batch):
            chunk = faces[start : start + self._batch].astype(np.float32, copy=False)
            answers[start : start + len(chunk)] = self._run(chunk)
        return answers

    def _run(self, faces: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            (answer,) = self._session.run(None, {self._input: faces})
        except Exception as error:  # its exceptions have no common base but this
            raise _refusal(self._path, error) from error
        if answer.shape != (len(faces), self._classes):
            raise InputError(
                f"{self._path}: damaged: gives {list(answer.shape)} for {len(faces)} faces instead "
                f"of {[len(faces), self._classes]}; export it again"
            )
        return answer


def _open(path: Path, threads: int = 1) -> Any:
    if threads < 1:
        raise InputError(f"threads: {threads}; take 1 or more", "threads")
    read_onnx(path)
    try:
        import onnxruntime  # noqa: F401
    except ImportError as error:
        raise missing_extra(path) from error
    if not is_ours(path):
        try_out(path, KERNELS)
    try:
        return onnx_session(path, threads)
    except Exception as error:  # its exceptions have no common base but this
        raise _refusal(path, error) from error


def _refusal(path: Path, error: Exception) -> InputError:
    reason = " ".join(str(error).split())
    return InputError(f"{path}: ONNX Runtime can't run it ({reason[:200]})")
