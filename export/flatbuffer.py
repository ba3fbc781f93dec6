"""TFLite flatbuffers as Python objects, and back."""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

IDENTIFIER = b"TFL3"
BUFFER_ALIGNMENT = 16


class _CompactBuilder(flatbuffers.Builder):
    """Writes equal strings and equal vectors once, and aligns constant data.

    A quantised graph repeats itself: a layer of 24 filters has 24 zero points, all 0 and of eight
    bytes each, and so has its bias. Any number of tables may point at one vector.

    TFLite's schema aligns constant data to 16 bytes, for kernels that read it in place. The
    generated Python code forgets this (`force_align`), so vectors of bytes are aligned here.
    """

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._vectors: dict[tuple[str, bytes], int] = {}
        self._strings: dict[str | bytes, int] = {}

    def StartVector(self, elem_size: int, count: int, alignment: int) -> int:  # noqa: N802
        return super().StartVector(
            elem_size, count, BUFFER_ALIGNMENT if elem_size == 1 else alignment
        )

    def CreateNumpyVector(self, x: np.ndarray) -> int:  # noqa: N802
        key = (x.dtype.str, x.tobytes())
        if key not in self._vectors:
            self._vectors[key] = super().CreateNumpyVector(x)
        return self._vectors[key]

    def CreateString(self, s: str | bytes, *rest: Any) -> int:  # noqa: N802
        if s not in self._strings:
            self._strings[s] = super().CreateString(s, *rest)
        return self._strings[s]


def unpack(content: bytes) -> Any:
    """A `ModelT` of a flatbuffer's bytes."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))


def pack(model: Any) -> bytes:
    """The bytes of a `ModelT`."""
    builder = _CompactBuilder(1024)
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())
