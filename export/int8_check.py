"""What a full-integer file must be, checked by reading its graph.

The converter does not raise where it leaves an operator in float.
"""

from __future__ import annotations

from fer_keras.errors import InputError

from .graph import Graph


def check_full_integer(graph: Graph, name: str) -> None:
    """Refuse a graph that computes in float, needs TensorFlow, or does not take raw pixels.

    Raises:
        InputError: naming the operators or the input that is not as it must be.
    """
    if graph.float_operators:
        raise InputError(
            f"{name}: {', '.join(graph.float_operators)} stayed float; replace the layers that "
            "they come from, or export another format"
        )
    flex = [operator for operator in graph.operators if operator.startswith("Flex")]
    if flex:
        raise InputError(f"{name}: {', '.join(flex)} would need TensorFlow on the phone")
    (pixels,) = graph.inputs
    if pixels.dtype != "uint8" or pixels.scale != 1.0 or pixels.zero_point != 0:
        raise InputError(
            f"{name}: its input is {pixels.dtype} with scale {pixels.scale} and zero point "
            f"{pixels.zero_point}; raw pixels need uint8, 1 and 0"
        )
