"""Keras to TFLite, in four formats."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

if TYPE_CHECKING:
    import keras

FORMATS = ("float32", "float16", "dynamic", "int8")
"""float32; float16 weights; int8 weights with float arithmetic; int8 throughout."""


def convert(model: keras.Model, form: str, faces: NDArray[np.uint8]) -> bytes:
    """Convert a model to a TFLite flatbuffer for one face at a time.

    Args:
        model: float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
        form: one of `FORMATS`.
        faces: uint8, (n, 48, 48, 1): the representative dataset; used by int8 only.

    Returns:
        The file's bytes. Input (1, 48, 48, 1) and output (1, classes) are float32; for int8 they
        are uint8, raw pixels in, probabilities in steps of 1/256 out.

    Raises:
        InputError: if the format is unknown, or the model can't be converted.
    """
    import keras
    import tensorflow as tf

    if form not in FORMATS:
        raise InputError(f"--formats {form}: take some of {', '.join(FORMATS)}")
    # A fixed batch: phones classify one face at a time, and delegates want known shapes.
    one = keras.layers.Input(batch_shape=(1, *model.input_shape[1:]), name="faces")
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(one, model(one)))
    if form != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if form == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if form == "int8":

        def representative() -> Iterator[list[NDArray[np.float32]]]:
            for face in faces:
                yield [face[None].astype(np.float32)]

        converter.representative_dataset = representative
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = tf.uint8
        converter.inference_output_type = tf.uint8
    try:
        # The converter prints the model's signature on the way; our callers print for people.
        with contextlib.redirect_stdout(io.StringIO()):
            return bytes(converter.convert())
    except (RuntimeError, ValueError, tf.errors.OpError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{model.name} can't be converted to {form}: {reason[:300]}") from error
