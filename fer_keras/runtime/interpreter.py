"""Opening a `.tflite` file in LiteRT, whoever made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fer_keras.errors import InputError


def open_interpreter(path: Path, threads: int = 1) -> Any:
    """An interpreter with its tensors allocated, on LiteRT's default kernels (XNNPACK).

    Args:
        path: of a `.tflite` file.
        threads: processor threads to run on, 1 or more.

    Raises:
        InputError: if the file is damaged, or LiteRT can't run it.
    """
    if threads < 1:
        raise InputError(f"threads {threads}: take 1 or more")
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_path=str(path), num_threads=threads)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: LiteRT can't run it ({reason[:200]})") from error
    return interpreter
