"""The range of each activation that int8 spans, where it is not simply the smallest to the largest.

TFLiteConverter keeps the smallest and largest value that any calibration face gave. One odd face
then makes the steps coarse for all others; a range that leaves out the oddest clips those instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import pack, unpack
from .layer_run import LayerRun

if TYPE_CHECKING:
    import tensorflow as tf

RANGES = ("minmax", "percentile")
"""All values of all faces; or what all but the oddest faces span."""

ODD = 0.01
"""Share of the faces whose extremes `percentile` leaves out, at each end."""


def convert_clipped(converter: tf.lite.TFLiteConverter, faces: NDArray[np.uint8]) -> bytes:
    """Convert to int8 with ranges by percentile.

    Args:
        converter: set up for int8, with its representative dataset.
        faces: uint8, (n, 48, 48, channels): the same dataset.

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
    content: bytes, faces: NDArray[np.uint8]
) -> dict[int, tuple[list[float], list[float]]]:
    """Of each operator's float outputs: the smallest and the largest value in each face."""
    run = LayerRun(content)
    found: dict[int, tuple[list[float], list[float]]] = {
        index: ([], []) for index in run.outputs.values()
    }
    for face in faces:
        run.invoke(face)
        for index, (lows, highs) in found.items():
            values = run.value(index)
            lows.append(float(values.min()))
            highs.append(float(values.max()))
    return found
