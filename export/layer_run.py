"""A file in an interpreter that keeps the outputs of all operators."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import unpack

INTEGERS = ("int8", "uint8", "int16", "int32")


class LayerRun:
    """A flatbuffer on LiteRT's built-in kernels; XNNPACK's keep no outputs between operators.

    Attributes:
        outputs: by name the index of every tensor that an operator computes.
    """

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        self._interpreter = Interpreter(
            model_content=content,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            experimental_preserve_all_tensors=True,
        )
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]
        details = self._interpreter.get_tensor_details()
        self._details: dict[int, dict[str, Any]] = {tensor["index"]: tensor for tensor in details}
        graph = unpack(content).subgraphs[0]
        self.outputs = {
            graph.tensors[index].name.decode(): int(index)
            for operator in graph.operators
            for index in operator.outputs
        }

    def invoke(self, face: NDArray[Any]) -> None:
        """Run one face, (48, 48, channels of the file), 0 to 255."""
        self._interpreter.set_tensor(self._input["index"], face[None].astype(self._input["dtype"]))
        self._interpreter.invoke()

    def value(self, index: int) -> NDArray[np.float64]:
        """What a tensor holds now, quantised values in the unit that they stand for."""
        values = self._interpreter.get_tensor(index)
        scale, zero = self._details[index]["quantization"]
        if np.dtype(values.dtype).name in INTEGERS and scale:
            return (values.astype(np.float64) - zero) * scale
        return np.asarray(values, dtype=np.float64)
