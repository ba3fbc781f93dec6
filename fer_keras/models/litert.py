"""A `.tflite` classifier of single faces on LiteRT: opened, checked and run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.model_file import is_ours
from fer_keras.models.trial import try_out

KERNELS = ("xnnpack", "builtin")
"""The two sets that LiteRT has for processors: its default, and what it falls back on."""


def open_interpreter(
    path: Path, threads: int = 1, *, kernels: str = "xnnpack", allocate: bool = True
) -> Any:
    """A file in LiteRT.

    Args:
        path: of a `.tflite` file. LiteRT verifies its structure.
        threads: processor threads to run on, 1 or more.
        kernels: one of `KERNELS`.
        allocate: take the memory for its tensors.

    Raises:
        InputError: if the kernels are unknown, the file is damaged, or LiteRT can't run it.
    """
    if threads < 1:
        raise InputError(f"threads: {threads}; take 1 or more", "threads")
    if kernels not in KERNELS:
        raise InputError(f"kernels: {kernels}; take some of {', '.join(KERNELS)}", "kernels")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if allocate and not is_ours(path):
        try_out(path, kernels)
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    resolver = (
        OpResolverType.AUTO
        if kernels == "xnnpack"
        else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    with litert_errors(path):
        interpreter = Interpreter(
            model_path=os.fsencode(path),
            num_threads=threads,
            experimental_op_resolver_type=resolver,
        )
        if allocate:
            interpreter.allocate_tensors()
    return interpreter


@contextmanager
def litert_errors(path: Path) -> Iterator[None]:
    """Turns what LiteRT raises into one line that names the file."""
    try:
        yield
    except InputError:
        raise
    except (ValueError, RuntimeError, MemoryError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: LiteRT can't run it ({reason[:200]})") from error


DYNAMIC_BATCH = 32
"""Faces per call of a file with a dynamic batch: more gain nothing, and cost memory."""


class LiteRTNetwork:
    """A file on LiteRT's default kernels (XNNPACK).

    What LiteRT does not check in a foreign file is checked before memory is taken and kernels are
    prepared.

    Args:
        path: of a `.tflite` file.
        classes: that it should tell apart.
        threads: processor threads to run on, 1 or more.

    Raises:
        InputError: if the file is damaged, LiteRT can't run it, or it does something else.
    """

    def __init__(self, path: Path, classes: int, threads: int = 1) -> None:
        self._path, self._classes = path, classes
        self._interpreter = (
            open_interpreter(path, threads, allocate=False)
            if is_ours(path)
            else _open_foreign(path, threads)
        )
        with litert_errors(path):
            inputs = self._interpreter.get_input_details()
            _check_input(path, inputs)
            self._interpreter.allocate_tensors()
            outputs = self._interpreter.get_output_details()
        _check_output(path, outputs, classes)
        self._input, self._output = inputs[0], outputs[0]
        batch, *shape = (int(size) for size in self._input["shape_signature"])
        self.height, self.width, self.channels = shape
        self._batch = DYNAMIC_BATCH if batch == -1 else 1

    def __call__(self, faces: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answers, (n, classes), for faces (n, height, width, channels), 0 to 255."""
        given = _quantise(faces, self._input)
        answers = np.empty((len(given), self._classes), dtype=np.float32)
        for start in range(0, len(given), self._batch):
            chunk = given[start : start + self._batch]
            answers[start : start + len(chunk)] = self._run(chunk)
        return answers

    def _run(self, faces: NDArray[Any]) -> NDArray[np.float32]:
        index = self._input["index"]
        with litert_errors(self._path):
            if tuple(self._input["shape"]) != faces.shape:
                self._interpreter.resize_tensor_input(index, faces.shape)
                self._interpreter.allocate_tensors()
                self._input = self._interpreter.get_input_details()[0]
            self._interpreter.set_tensor(index, faces)
            self._interpreter.invoke()
            answer = self._interpreter.get_tensor(self._output["index"])
        return _dequantise(answer, self._output)


def _open_foreign(path: Path, threads: int) -> Any:
    """A file in LiteRT that nobody vouches for, checked and tried."""
    from fer_keras.models.graph_check import check_graph, check_header

    content = path.read_bytes()
    check_header(content, path)
    interpreter = open_interpreter(path, threads, allocate=False)
    check_graph(content, path)
    try_out(path, "xnnpack")
    return interpreter


def _quantise(faces: NDArray[np.float32], tensor: dict[str, Any]) -> NDArray[Any]:
    dtype = tensor["dtype"]
    if dtype == np.float32:
        return faces
    scale, zero = tensor["quantization"]
    limits = np.iinfo(dtype)
    return np.clip(np.round(faces / scale) + zero, limits.min, limits.max).astype(dtype)


def _dequantise(answer: NDArray[Any], tensor: dict[str, Any]) -> NDArray[np.float32]:
    if tensor["dtype"] == np.float32:
        return answer
    scale, zero = tensor["quantization"]
    return (answer.astype(np.float32) - zero) * np.float32(scale)


def _check_input(path: Path, inputs: list[dict[str, Any]]) -> None:
    shapes = ["x".join(str(size) for size in tensor["shape_signature"]) for tensor in inputs]
    signature = list(inputs[0]["shape_signature"]) if len(inputs) == 1 else []
    if not (
        len(signature) == 4
        and signature[0] in (1, -1)
        and min(signature[1:3]) >= 1
        and signature[3] in (1, 3)
    ):
        raise InputError(
            f"{path}: takes {' and '.join(shapes) or 'nothing'}; a classifier of faces takes one "
            "picture, 1xHEIGHTxWIDTHx1 (grey) or x3 (RGB)"
        )
    _check_type(path, inputs[0], "takes")


def _check_output(path: Path, outputs: list[dict[str, Any]], classes: int) -> None:
    shapes = ["x".join(str(size) for size in tensor["shape"]) for tensor in outputs]
    if shapes != [f"1x{classes}"]:
        raise InputError(
            f"{path}: gives {' and '.join(shapes) or 'nothing'}, but has {classes} labels; export "
            "it again"
        )
    _check_type(path, outputs[0], "gives")


def _check_type(path: Path, tensor: dict[str, Any], verb: str) -> None:
    dtype = np.dtype(tensor["dtype"])
    if dtype not in (np.float32, np.uint8, np.int8):
        raise InputError(f"{path}: {verb} {dtype}; expected float32, uint8 or int8")
    if dtype != np.float32 and not tensor["quantization"][0] > 0:
        raise InputError(f"{path}: {verb} {dtype} without a scale; export it again")
