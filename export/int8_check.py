"""What an int8 file must be, checked by reading its graph.

The converter does not raise where it leaves an operator in float.
"""

from __future__ import annotations

from fer_keras.errors import InputError

from .graph import Graph, Tensor


def check_full_integer(graph: Graph, name: str, io: str = "uint8") -> None:
    """Refuse a graph that computes in float, needs TensorFlow, or does not take raw pixels.

    Args:
        graph: of the file.
        name: of the file, for the message.
        io: uint8 or float32: what it should take and give.

    Raises:
        InputError: naming the operators, or the input or output that is not as it must be.
    """
    if graph.float_operators:
        raise InputError(
            f"{name}: {', '.join(graph.float_operators)} stayed float; replace the layers that "
            "they come from, or export another format"
        )
    flex = [operator for operator in graph.operators if operator.startswith("Flex")]
    if flex:
        raise InputError(f"{name}: {', '.join(flex)} would need TensorFlow on the phone")
    check_ends(graph, name, io)


def check_int8_weights(graph: Graph, name: str, io: str = "uint8") -> None:
    """Refuse a graph whose weights stayed float, or that does not take raw pixels.

    Args:
        graph: of the file.
        name: of the file, for the message.
        io: as for `check_full_integer`.

    Raises:
        InputError: if no layer has int8 weights, or as `check_full_integer` for input and output.
    """
    if not graph.int8_weights:
        raise InputError(f"{name}: no layer has int8 weights; export another format")
    check_ends(graph, name, io)


def check_ends(graph: Graph, name: str, io: str) -> None:
    """Refuse an input or output that is not what an int8 file has.

    Raises:
        InputError: naming what it is.
    """
    (pixels,), (probabilities,) = graph.inputs, graph.outputs
    if io == "float32":
        wrong = [t for t in (pixels, probabilities) if t.dtype != "float32"]
        if wrong:
            raise InputError(f"{name}: takes or gives {wrong[0].dtype} where float32 was asked for")
        return
    # A raw pixel is its own quantised value, and 256 steps span the probabilities.
    _check_tensor(pixels, f"{name}: its input", scale=1.0)
    _check_tensor(probabilities, f"{name}: its output", scale=1 / 256)


def _check_tensor(tensor: Tensor, what: str, *, scale: float) -> None:
    if tensor.dtype != "uint8" or tensor.scale != scale or tensor.zero_point != 0:
        raise InputError(
            f"{what} is {tensor.dtype} with scale {tensor.scale} and zero point "
            f"{tensor.zero_point}; it must be uint8 with {scale} and 0"
        )
