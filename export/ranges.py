"""The range of each activation that int8 spans, where it is not simply the smallest to the largest.

TFLiteConverter keeps the smallest and largest value that any calibration face gave. One odd face
then makes the steps coarse for all others; a range that leaves out the oddest clips those instead.

The logits matter most: at 16 units in 255 steps, one face in seventy had two emotions exactly
level, which made for four of ten faces that int8 named otherwise than the float model. How low the
lowest lie makes no difference to any probability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from .flatbuffer import pack, unpack
from .layer_run import LayerRun

if TYPE_CHECKING:
    import tensorflow as tf

EACH_FACE = "each-face"
"""What a layer's input spans in the very face, measured while that is computed: see each_face."""

FIXED = ("minmax", "percentile", "fitted")
"""All values of all faces; what all but the oddest faces span; or that, and the logits as narrow as
they may be clipped. Files of these compute in integers from end to end, which some chips demand."""

RANGES = (EACH_FACE, *FIXED)

ODD = 0.01
"""Share of the faces whose extremes `percentile` leaves out, at each end."""

CLIPPING_COST = 1 / 1024
"""What `fitted` lets probabilities change by clipped logits, on average: a quarter of the steps in
which int8 gives them."""


def convert_clipped(
    converter: tf.lite.TFLiteConverter, faces: NDArray[np.uint8], *, fit_logits: bool
) -> bytes:
    """Convert to int8 with ranges by percentile.

    Args:
        converter: set up for int8, with its representative dataset.
        faces: uint8, (n, 48, 48, channels): the same dataset.
        fit_logits: clip what goes into the softmax as far as probabilities allow.

    Returns:
        The flatbuffer.
    """
    # Between calibration and quantisation the ranges stand in the float graph. These two steps
    # are what TFLiteConverter itself does in one (tensorflow/lite/python/lite.py, `_quantize`).
    from tensorflow.lite.python.convert import mlir_quantize

    converter._experimental_calibrate_only = True
    calibrated = unpack(converter.convert())
    graph = calibrated.subgraphs[0]
    logits_index = int(graph.operators[-1].inputs[0])  # all our networks end in a softmax
    extremes, logits = _watch(pack(calibrated), faces, logits_index)
    for index, tensor in enumerate(graph.tensors):
        ranged = tensor.quantization is not None and tensor.quantization.max is not None
        # A pixel stays its own quantised value.
        if ranged and index in extremes and index not in graph.inputs:
            lows, highs = extremes[index]
            tensor.quantization.min = np.array([np.quantile(lows, ODD)], np.float32)
            tensor.quantization.max = np.array([np.quantile(highs, 1 - ODD)], np.float32)
    if fit_logits:
        low, high = logit_range(logits)
        graph.tensors[logits_index].quantization.min = np.array([low], np.float32)
        graph.tensors[logits_index].quantization.max = np.array([high], np.float32)
    return bytes(
        mlir_quantize(
            pack(calibrated),
            input_data_type=converter.inference_input_type,
            output_data_type=converter.inference_output_type,
        )
    )


def logit_range(logits: NDArray[np.float64]) -> tuple[float, float]:
    """The narrowest range to which logits can be clipped at no cost worth naming.

    Args:
        logits: (n, classes), of calibration faces.

    Returns:
        Lowest and highest value; 0 lies between them, as int8 demands.
    """
    true = softmax(logits, axis=1)
    narrowest = (float(np.ptp([*logits.flat, 0.0])), *_around_zero(logits.min(), logits.max()))
    for lowest in np.quantile(logits, np.linspace(0, 0.5, 51)):
        for highest in np.quantile(logits.max(axis=1), np.linspace(0.5, 1, 51)):
            low, high = _around_zero(lowest, highest)
            cost = np.abs(softmax(np.clip(logits, low, high), axis=1) - true).mean()
            if cost <= CLIPPING_COST:
                narrowest = min(narrowest, (high - low, low, high))
    return narrowest[1:]


def _around_zero(low: float, high: float) -> tuple[float, float]:
    return min(float(low), 0.0), max(float(high), 0.0)


def _watch(
    content: bytes, faces: NDArray[np.uint8], whole: int
) -> tuple[dict[int, tuple[list[float], list[float]]], NDArray[np.float64]]:
    """Of each operator's float outputs: the smallest and the largest value in each face.

    Of tensor `whole` all values, too, a row for each face.
    """
    run = LayerRun(content)
    found: dict[int, tuple[list[float], list[float]]] = {
        index: ([], []) for index in run.outputs.values()
    }
    rows = []
    for face in faces:
        run.invoke(face)
        rows.append(run.value(whole)[0])
        for index, (lows, highs) in found.items():
            values = run.value(index)
            lows.append(float(values.min()))
            highs.append(float(values.max()))
    return found, np.array(rows)
