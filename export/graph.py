"""Reading a TFLite flatbuffer: which operators it has, and whether any computes in float."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from .flatbuffer import operator_name, type_name, unpack

WITH_WEIGHTS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
FLOAT_TYPES = ("FLOAT16", "FLOAT32", "FLOAT64", "BFLOAT16")


@dataclass(frozen=True)
class Tensor:
    """An input or output: its name, shape (-1: any), type, and what a quantised step is worth."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: float | None
    zero_point: int | None


@dataclass(frozen=True)
class Graph:
    """What a file computes.

    Attributes:
        operators: how often each operator stands in it, by name.
        float_operators: the names of those that read or write float tensors; conversion from and
            to float (QUANTIZE, DEQUANTIZE) does not count.
        int8_weights: the names of those that multiply by weights of int8, in integers wherever
            the kernels can.
        inputs: its inputs.
        outputs: its outputs.
    """

    operators: dict[str, int]
    float_operators: tuple[str, ...]
    int8_weights: tuple[str, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def read_graph(content: bytes) -> Graph:
    """Read a flatbuffer's graphs.

    Args:
        content: the bytes of a `.tflite` file.
    """
    model = unpack(content)
    operators: Counter[str] = Counter()
    floats: set[str] = set()
    multiplied: set[str] = set()
    for subgraph in model.subgraphs:
        for operator in subgraph.operators:
            name = operator_name(model.operatorCodes[operator.opcodeIndex])
            operators[name] += 1
            touched = [index for index in (*operator.inputs, *operator.outputs) if index >= 0]
            types = {_type(subgraph, index) for index in touched}
            if types & set(FLOAT_TYPES) and name not in ("QUANTIZE", "DEQUANTIZE"):
                floats.add(name)
            if name in WITH_WEIGHTS and _type(subgraph, operator.inputs[1]) == "INT8":
                multiplied.add(name)
    main = model.subgraphs[0]
    return Graph(
        operators=dict(sorted(operators.items())),
        float_operators=tuple(sorted(floats)),
        int8_weights=tuple(sorted(multiplied)),
        inputs=tuple(_tensor(main.tensors[index]) for index in main.inputs),
        outputs=tuple(_tensor(main.tensors[index]) for index in main.outputs),
    )


def _type(subgraph: Any, index: int) -> str:
    return type_name(subgraph.tensors[index].type)


def _tensor(tensor: Any) -> Tensor:
    quantization = tensor.quantization
    quantised = quantization is not None and quantization.scale is not None
    sizes = tensor.shape if tensor.shapeSignature is None else tensor.shapeSignature
    return Tensor(
        name=tensor.name.decode(),
        shape=tuple(int(size) for size in sizes),
        dtype=type_name(tensor.type).lower(),
        scale=float(quantization.scale[0]) if quantised else None,
        zero_point=int(quantization.zeroPoint[0]) if quantised else None,
    )
