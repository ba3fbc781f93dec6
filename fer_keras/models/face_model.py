"""A `.tflite` file that should be a classifier of single faces: opened and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fer_keras.errors import InputError
from fer_keras.models.graph_check import check_graph, check_header
from fer_keras.models.interpreter import litert_errors, open_interpreter


@dataclass(frozen=True)
class FaceModel:
    """A file ready to run.

    Attributes:
        interpreter: LiteRT's, with its tensors allocated.
        input: LiteRT's description of its only input, (1 or -1, height, width, 1 or 3).
        output: LiteRT's description of its only output, (1, classes).
    """

    interpreter: Any
    input: dict[str, Any]
    output: dict[str, Any]


def open_face_model(path: Path, classes: int, threads: int = 1) -> FaceModel:
    """Open a classifier of single faces on LiteRT's default kernels (XNNPACK).

    What LiteRT does not check is checked before memory is taken and kernels are prepared.

    Args:
        path: of a `.tflite` file.
        classes: that it should tell apart.
        threads: processor threads to run on, 1 or more.

    Raises:
        InputError: if the file is damaged, LiteRT can't run it, or it does something else.
    """
    content = path.read_bytes()
    check_header(content, path)
    interpreter = open_interpreter(path, threads, allocate=False)
    check_graph(content, path)
    with litert_errors(path):
        inputs = interpreter.get_input_details()
        _check_input(path, inputs)
        interpreter.allocate_tensors()
        outputs = interpreter.get_output_details()
    _check_output(path, outputs, classes)
    return FaceModel(interpreter, inputs[0], outputs[0])


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
