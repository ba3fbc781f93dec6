"""Keras to Core ML, for Apple's systems: an ML Program whose input is a picture.

Core ML runs on Apple's systems alone: what is checked here is what the file says it takes and
gives, not what it computes.
"""

from __future__ import annotations

from collections import Counter
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError

from .graph import Graph, Tensor
from .metadata import Metadata
from .tensor_names import INPUT

if TYPE_CHECKING:
    import keras


def convert_core_ml(
    served: keras.Model, labels: tuple[str, ...], metadata: Metadata, folder: Path
) -> Graph:
    """Convert a model to Core ML and write it.

    Args:
        served: float32 (1, 48, 48, 1 or 3), 0 to 255, to probabilities (1, classes).
        labels: in the order of the outputs.
        metadata: what the file says about itself.
        folder: the package that is written; ends in `.mlpackage`.

    Returns:
        What the package says of itself, read back.

    Raises:
        InputError: if the model can't be converted, or the package says otherwise than it should.
    """
    import tensorflow as tf

    coremltools = _coremltools()

    shape = (1, *served.input_shape[1:])
    layout = coremltools.colorlayout
    # coremltools can't read the SavedModel that Keras exports, but a function it can.
    function = tf.function(lambda faces: served(faces, training=False))
    concrete = function.get_concrete_function(tf.TensorSpec(shape, tf.float32, name=INPUT))
    picture = coremltools.ImageType(
        name=INPUT,
        shape=shape,
        color_layout=layout.GRAYSCALE if shape[3] == 1 else layout.RGB,
        channel_first=False,
    )
    try:
        with redirect_stderr(StringIO()):  # progress bars, of seconds
            model = coremltools.convert(
                [concrete],
                source="tensorflow",
                inputs=[picture],
                classifier_config=coremltools.ClassifierConfig(list(labels)),
                minimum_deployment_target=coremltools.target.iOS15,
            )
    except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{served.name} can't be converted to coreml: {reason[:300]}") from error
    model.short_description = metadata.description
    model.author, model.license, model.version = metadata.author, metadata.licence, metadata.version
    model.input_description[INPUT] = "One upright face that fills the picture."
    model.save(str(folder))
    return read_core_ml(folder, labels)


def read_core_ml(folder: Path, labels: tuple[str, ...]) -> Graph:
    """Operators, input and outputs of a package.

    Args:
        folder: the `.mlpackage`.
        labels: that it should name, in this order.

    Raises:
        InputError: if it takes no picture, or does not give these labels.
    """
    coremltools = _coremltools()
    spec = coremltools.models.MLModel(str(folder), skip_model_load=True).get_spec()
    (picture,) = spec.description.input
    image = picture.type.imageType
    (block,) = spec.mlProgram.functions["main"].block_specializations.values()
    operators = Counter(operation.type for operation in block.operations)
    (classify,) = (operation for operation in block.operations if operation.type == "classify")
    named = tuple(
        value.immediateValue.tensor.strings.values[0]
        for value in _constant(block, classify).immediateValue.list.values
    )
    if picture.name != INPUT or not image.width or named != labels:
        raise InputError(f"{folder.name}: takes no picture, or names other emotions than the model")
    answer = spec.description.predictedProbabilitiesName
    channels = 1 if image.colorSpace == image.ColorSpace.Value("GRAYSCALE") else 3
    return Graph(
        operators=dict(sorted(operators.items())),
        float_operators=("all",),
        int8_weights=(),
        inputs=(Tensor(INPUT, (1, image.height, image.width, channels), "image", None, None),),
        outputs=(Tensor(answer, (1, len(labels)), "dictionary", None, None),),
    )


def _coremltools() -> Any:
    """The library. Elsewhere than on Apple's systems it would list the parts that it lacks."""
    with redirect_stderr(StringIO()):
        import coremltools
    return coremltools


def _constant(block: Any, classify: Any) -> Any:
    """The value of the labels that a `classify` operation reads."""
    (argument,) = classify.inputs["classes"].arguments
    if argument.HasField("value"):
        return argument.value
    for operation in block.operations:
        if operation.outputs[0].name == argument.name:
            return operation.attributes["val"]
    raise InputError("the package has no labels")
