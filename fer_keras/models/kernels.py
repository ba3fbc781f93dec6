"""The two sets of kernels that LiteRT has for processors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.models.interpreter import litert_errors

KERNELS = ("xnnpack", "builtin")
"""LiteRT's default, and what it falls back on."""


def open_with_kernels(path: Path, kernels: str, threads: int) -> Any:
    """An interpreter with its tensors allocated. The file is trusted.

    Args:
        path: of any `.tflite` file.
        kernels: one of `KERNELS`.
        threads: processor threads.

    Raises:
        InputError: if the kernels are unknown, or LiteRT can't run the file.
    """
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    if kernels not in KERNELS:
        raise InputError(
            f"kernels {kernels}: take some of {', '.join(KERNELS)}", argument="kernels"
        )
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    resolver = (
        OpResolverType.AUTO
        if kernels == "xnnpack"
        else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    with litert_errors(path):
        interpreter = Interpreter(
            model_path=str(path), num_threads=threads, experimental_op_resolver_type=resolver
        )
        interpreter.allocate_tensors()
    return interpreter
