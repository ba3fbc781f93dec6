"""The range of each activation that int8 spans, where it is not simply the smallest to the largest.

TFLiteConverter keeps the smallest and largest value that any calibration face gave. One odd face
then makes the steps coarse for all others; a range that leaves out the oddest clips those instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import pack, unpack

if TYPE_CHECKING:
    import tensorflow as tf

RANGES = ("minmax", "percentile")
"""All values of all faces; or what all but the oddest faces span."""

ODD = 0.01
"""Share of the faces whose extremes `percentile` leaves out, at each end."""


def convert_clipped(converter: tf.lite.TFLiteConverter, faces: NDArray[np.float32]) -> bytes:
    """Convert to int8 with ranges by percentile.

    Args:
        converter: set up for int8, with its representative dataset.
        faces: float32, (n, 48, 48, channels), 0 to 255: the same dataset.

    Returns:
        The flatbuffer.
    """
    # Between calibration and quantisation the ranges stand in the float graph. These two steps
    # are what TFLiteConverter itself does in one (tensorflow/lite/python/lite.py, `_quantize`).
    from tensorflow.lite.python.convert import mlir_quantize

    converter._experimental_calibrate_only = True
    calibrated = unpack(converter.convert())
    extremes = _extremes(pack(calibrated), faces)
    graph = calibrated.subgraphs[0]
    for index, tensor in enumerate(graph.tensors):
        ranged = tensor.quantization is not None and tensor.quantization.max is not None
        # A pixel stays its own quantised value.
        if ranged and index in extremes and index not in graph.inputs:
            lows, highs = extremes[index]
            tensor.quantization.min = np.array([np.quantile(lows, ODD)], np.float32)
            tensor.quantization.max = np.array([np.quantile(highs, 1 - ODD)], np.float32)
    return bytes(
        mlir_quantize(
            pack(calibrated),
            input_data_type=converter.inference_input_type,
            output_data_type=converter.inference_output_type,
        )
    )


def _extremes(
    content: bytes, faces: NDArray[np.float32]
) -> dict[int, tuple[list[float], list[float]]]:
    """Of each operator's float outputs: the smallest and the largest value in each face."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        model_content=content,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    pixels = interpreter.get_input_details()[0]["index"]
    operators: list[Any] = unpack(content).subgraphs[0].operators
    outputs = [int(index) for operator in operators for index in operator.outputs]
    found: dict[int, tuple[list[float], list[float]]] = {index: ([], []) for index in outputs}
    for face in faces:
        interpreter.set_tensor(pixels, face[None])
        interpreter.invoke()
        for index, (lows, highs) in found.items():
            values = interpreter.get_tensor(index)
            if values.dtype == np.float32:
                lows.append(float(values.min()))
                highs.append(float(values.max()))
    return {index: ends for index, ends in found.items() if ends[0]}
