"""Packing, on a converter's own file and on the shipped ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from fer_keras.architectures.registry import build
from fer_keras.export.convert import convert
from fer_keras.export.flatbuffer import BUFFER_ALIGNMENT, pack, unpack
from fer_keras.models.model_file import find_model, shipped_names

FACES = np.random.default_rng(0).integers(0, 256, (8, 48, 48, 1), np.uint8)


@pytest.fixture(scope="module")
def converted() -> bytes:
    model = build("mobile-s", options={"stem": 8, "blocks": [[8, 1], [16, 2]]})
    return convert(model, "int8", FACES, ranges="minmax", bias_correction=False)


def outputs(content: bytes) -> NDArray[np.uint8]:
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    (given,), (taken,) = interpreter.get_input_details(), interpreter.get_output_details()
    found = []
    for face in FACES:
        interpreter.set_tensor(given["index"], face[None])
        interpreter.invoke()
        found.append(interpreter.get_tensor(taken["index"])[0])
    return np.stack(found)


def plain(value: Any) -> Any:
    """An object of the generated code as something that compares."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if hasattr(value, "__dict__"):
        return {name: plain(item) for name, item in vars(value).items()}
    return value


def test_nothing_is_lost_and_nothing_grows(converted: bytes) -> None:
    packed = pack(unpack(converted))
    assert plain(unpack(packed)) == plain(unpack(converted))
    assert (outputs(packed) == outputs(converted)).all()
    assert len(packed) <= len(converted)


def test_equal_vectors_are_written_once(converted: bytes) -> None:
    model = unpack(converted)
    for tensor in model.subgraphs[0].tensors:
        tensor.quantization.min = np.arange(1000, dtype=np.float32)
    once = len(pack(model))
    for index, tensor in enumerate(model.subgraphs[0].tensors):
        tensor.quantization.min = np.arange(1000, dtype=np.float32) + index
    assert len(pack(model)) - once > 4000 * (len(model.subgraphs[0].tensors) - 2)


def test_constants_lie_where_kernels_can_read_them_in_place(converted: bytes) -> None:
    packed = pack(unpack(converted))
    root = schema.Model.GetRootAs(packed, 0)
    whole = np.frombuffer(packed, np.uint8)
    for index in range(root.BuffersLength()):
        data = root.Buffers(index).DataAsNumpy()
        if isinstance(data, np.ndarray):
            start = data.ctypes.data - whole.ctypes.data
            assert start % BUFFER_ALIGNMENT == 0


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_files_are_packed_as_tightly(name: str) -> None:
    content = find_model(name).read_bytes()
    graph = content[: content.index(b"PK\x03\x04")]
    assert len(graph) <= len(pack(unpack(content)))
