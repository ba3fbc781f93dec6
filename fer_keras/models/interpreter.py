"""Opening a `.tflite` file in LiteRT, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError


def open_interpreter(path: Path, threads: int = 1, *, allocate: bool = True) -> Any:
    """An interpreter on LiteRT's default kernels (XNNPACK).

    Args:
        path: of a `.tflite` file. LiteRT verifies its structure.
        threads: processor threads to run on, 1 or more.
        allocate: take the memory for its tensors.

    Raises:
        InputError: if the file is damaged, or LiteRT can't run it.
    """
    if threads < 1:
        raise InputError(f"threads {threads}: take 1 or more")
    from ai_edge_litert.interpreter import Interpreter

    with litert_errors(path):
        interpreter = Interpreter(model_path=str(path), num_threads=threads)
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
