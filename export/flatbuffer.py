"""TFLite flatbuffers as Python objects, and back, smaller than LiteRT's own tools write them."""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert.tools import flatbuffer_utils

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
    return flatbuffer_utils.convert_bytearray_to_object(content)


def pack(model: Any) -> bytes:
    """The bytes of a `ModelT`.

    `flatbuffer_utils` would write 8 KB more of a mobile-s of 146, and constants out of place.
    """
    builder = _CompactBuilder(1024)
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())


def operator_name(code: Any) -> str:
    """The name of an `OperatorCodeT`; of a custom operator its own."""
    number = flatbuffer_utils.get_builtin_code_from_operator_code(code)
    name = _name(flatbuffer_utils.BuiltinOperator, number, "OPERATOR")
    if name == "CUSTOM":  # Flex operators, which need all of TensorFlow, are among these
        custom = code.customCode
        return custom.decode() if isinstance(custom, bytes) else str(custom)
    return name


def type_name(number: int) -> str:
    """The name of a tensor's type, in capitals."""
    return _name(flatbuffer_utils.TensorType, number, "TYPE")


def _name(enumeration: type, number: int, kind: str) -> str:
    names = {value: name for name, value in vars(enumeration).items() if isinstance(value, int)}
    return names.get(number, f"{kind}_{number}")
