"""Opening a `.tflite` file in LiteRT, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
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
    if allocate:
        try_out(path, kernels)
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    resolver = (
        OpResolverType.AUTO
        if kernels == "xnnpack"
        else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    with litert_errors(path):
        interpreter = Interpreter(
            model_path=str(path), num_threads=threads, experimental_op_resolver_type=resolver
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
