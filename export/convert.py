"""Keras to TFLite, in four formats, for grey or colour pictures."""

from __future__ import annotations

import contextlib
import io as text_io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.face_pixels import GREY_WEIGHTS
from fer_keras.keras_backend import check_tensorflow

from .each_face import with_bytes
from .graph import read_graph
from .ranges import EACH_FACE, RANGES, convert_clipped
from .target import FORMATS
from .weight_rounding import correct_biases, round_weights

if TYPE_CHECKING:
    import keras


def with_grey_conversion(picture: keras.KerasTensor) -> keras.KerasTensor:
    """ITU-R BT.601's luma as a 1x1 convolution: (n, h, w, 3) to (n, h, w, 1), 0 to 255."""
    import keras

    kernel = np.asarray(GREY_WEIGHTS, np.float32).reshape(1, 1, 3, 1)
    return keras.layers.Conv2D(
        1,
        1,
        use_bias=False,
        kernel_initializer=keras.initializers.Constant(kernel),
        data_format="channels_last",  # and float32, whatever a notebook has set
        dtype="float32",
        name="grey",
    )(picture)


INPUTS = ("grey", "rgb")
"""Channels of the picture: 1, or 3 with the conversion to grey inside the graph."""

IO = ("uint8", "float32")
"""What an int8 file takes and gives, whatever its arithmetic."""


class Rounded(NamedTuple):
    """A model whose weights were rounded together, once for all its files of int8.

    Attributes:
        file: TFLite with int8 weights and float arithmetic.
        exact: the same in float32.
    """

    file: bytes
    exact: bytes

    @property
    def is_int8(self) -> bool:
        """Whether there is a layer large enough that the converter gives it int8 weights."""
        return bool(read_graph(self.file).int8_weights)


def round_model(
    model: keras.Model,
    faces: NDArray[np.uint8],
    *,
    input: str = "grey",
    dynamic_batch: bool = False,
    bias_correction: bool = True,
) -> Rounded:
    """Round a model's weights as the format `int8` has them; arguments as for `convert`.

    Raises:
        InputError: if the model can't be converted.
    """
    served, shown = served_model(model, input, dynamic_batch), _shown(faces, input)
    with _conversion(model, "int8"):
        rounded = Rounded(_convert_float(served, "dynamic"), _convert_float(served))
        if not rounded.is_int8:
            return rounded
        content = round_weights(rounded.file, rounded.exact, shown)
        if bias_correction:
            content = correct_biases(content, rounded.exact, shown)
        return rounded._replace(file=content)


def convert(
    model: keras.Model,
    form: str,
    faces: NDArray[np.uint8],
    *,
    input: str = "grey",
    io: str = "uint8",
    dynamic_batch: bool = False,
    ranges: str = EACH_FACE,
    bias_correction: bool = True,
    rounded: Rounded | None = None,
) -> bytes:
    """Convert a model to a TFLite flatbuffer.

    Args:
        model: float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
        form: one of `target.TFLITE_FORMATS`.
        faces: uint8, (n, 48, 48, 1): the representative dataset; used by int8 only.
        input: one of `INPUTS`.
        io: one of `IO`; used by int8 only.
        dynamic_batch: take any number of faces at a time, for servers; else one.
        ranges: one of `ranges.RANGES`; used by int8 only. A model of which no layer has 1,024
            weights gets fixed ones in any case.
        bias_correction: let the biases of int8 make up for the rounding of the weights.
        rounded: what `round_model` makes of the same; None: it is made.

    Returns:
        The file's bytes. Input (1, 48, 48, 1 or 3) and output (1, classes) are float32; for int8
        they are uint8 (raw pixels in, probabilities in steps of 1/256 out) unless `io` says else.

    Raises:
        InputError: if an option is unknown, the model can't be converted, or Keras computes with
            another backend than TensorFlow.
    """
    check_options((form,), (input,), io, ranges)
    if form == "int8" and ranges == EACH_FACE:
        rounded = rounded or round_model(
            model, faces, input=input, dynamic_batch=dynamic_batch, bias_correction=bias_correction
        )
        if rounded.is_int8:
            return with_bytes(rounded.file) if io == "uint8" else rounded.file
        ranges = "fitted"
    served = served_model(model, input, dynamic_batch)
    with _conversion(model, form):
        if form == "int8":
            return _convert_int8(served, _shown(faces, input), io, ranges, bias_correction)
        return _convert_float(served, form)


@contextlib.contextmanager
def _conversion(model: keras.Model, form: str) -> Iterator[None]:
    """Quiet, and what goes wrong is said in one line."""
    import tensorflow as tf

    try:
        # Keras prints the path of the SavedModel that lies between; it is gone when we return.
        with contextlib.redirect_stdout(text_io.StringIO()), warnings.catch_warnings():
            # Said of every model with quantised inputs: their statistics come from the faces.
            warnings.filterwarnings("ignore", message="Statistics for quantized inputs")
            yield
    except InputError:
        raise
    except (RuntimeError, ValueError, tf.errors.OpError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{model.name} can't be converted to {form}: {reason[:300]}") from error


def _shown(faces: NDArray[np.uint8], input: str) -> NDArray[np.uint8]:
    return np.repeat(faces, 3, axis=3) if input == "rgb" else faces


def check_options(formats: tuple[str, ...], inputs: tuple[str, ...], io: str, ranges: str) -> None:
    """Refuse formats, inputs, an `io` or ranges that are none of ours.

    Raises:
        InputError: naming the argument.
    """
    for argument, given, known in (
        ("formats", formats, FORMATS),
        ("inputs", inputs, INPUTS),
        ("io", (io,), IO),
        ("ranges", (ranges,), RANGES),
    ):
        if not given:
            raise InputError(f"{argument}: name some of {', '.join(known)}", argument=argument)
        for word in given:
            if word not in known:
                raise InputError(
                    f"{argument} {word}: take some of {', '.join(known)}", argument=argument
                )


def _convert_float(served: keras.Model, form: str = "float32") -> bytes:
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(served)
    if form != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if form == "float16":
        converter.target_spec.supported_types = [tf.float16]
    return bytes(converter.convert())


def _convert_int8(
    served: keras.Model, faces: NDArray[np.uint8], io: str, ranges: str, bias_correction: bool
) -> bytes:
    import tensorflow as tf

    def representative() -> Iterator[list[NDArray[np.float32]]]:
        for face in faces:
            yield [face[None].astype(np.float32)]

    converter = tf.lite.TFLiteConverter.from_keras_model(served)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.as_dtype(io)
    converter.inference_output_type = tf.as_dtype(io)
    if ranges == "minmax":
        content = bytes(converter.convert())
    else:
        content = convert_clipped(converter, faces, fit_logits=ranges == "fitted")
    if not bias_correction:
        return content
    return correct_biases(content, _convert_float(served, "float32"), faces)


def served_model(model: keras.Model, input: str, dynamic_batch: bool) -> keras.Model:
    """The model as files have it: of one face, or any number, grey or rgb.

    Raises:
        InputError: if it does not take 48x48 grey pixels, or Keras computes with another backend
            than TensorFlow.
    """
    import keras

    check_tensorflow("export")
    if tuple(model.input_shape[1:]) != (48, 48, 1):
        raise InputError(
            f"{model.name} takes {model.input_shape[1:]}; only models of 48x48 grey pixels export"
        )
    # A fixed batch: phones classify one face at a time, and delegates want known shapes.
    batch = None if dynamic_batch else 1
    channels = 3 if input == "rgb" else 1
    shape = (batch, 48, 48, channels)
    picture = keras.layers.Input(batch_shape=shape, dtype="float32", name="faces")
    grey = with_grey_conversion(picture) if input == "rgb" else picture
    return keras.Model(picture, model(grey), name=model.name)
