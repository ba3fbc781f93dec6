"""TFLite flatbuffers as Python objects, and back."""

from __future__ import annotations

from typing import Any

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

IDENTIFIER = b"TFL3"
BUFFER_ALIGNMENT = 16


class _AlignedBuilder(flatbuffers.Builder):
    """TFLite's schema aligns constant data to 16 bytes, for kernels that read it in place.

    The generated Python code forgets this (`force_align`), so every vector is aligned here.
    """

    def StartVector(self, elem_size: int, count: int, alignment: int) -> int:  # noqa: N802
        return super().StartVector(elem_size, count, max(alignment, BUFFER_ALIGNMENT))


def unpack(content: bytes) -> Any:
    """A `ModelT` of a flatbuffer's bytes."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))


def pack(model: Any) -> bytes:
    """The bytes of a `ModelT`."""
    builder = _AlignedBuilder(1024)
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())
