"""Keras to ONNX: float32, or int8 as ONNX Runtime has it, for servers and browsers.

Both take float32 pixels, 0 to 255, and give float32 probabilities. Labels are in the file's own
metadata, as `labels`, one a line.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.models.onnx_check import LABELS
from fer_keras.scratch_folder import scratch_folder

from .graph import Graph, Tensor
from .metadata import Metadata
from .onnx_int8 import quantise
from .tensor_names import INPUT, OUTPUT
from .weight_rounding import RoundedLayer

if TYPE_CHECKING:
    import keras

INT8 = "onnx-int8"


def convert_onnx(
    served: keras.Model,
    form: str,
    faces: NDArray[np.uint8],
    labels: tuple[str, ...],
    metadata: Metadata,
    layers: Sequence[RoundedLayer] = (),
) -> bytes:
    """Convert a model to ONNX.

    Args:
        served: float32 (1 or any, 48, 48, 1 or 3), 0 to 255, to probabilities, as `served_model`
            makes it.
        form: `onnx` or `onnx-int8`.
        faces: uint8, (n, 48, 48, channels): what calibrates int8.
        labels: in the order of the outputs.
        metadata: what the file says about itself.
        layers: the model's layers as TFLite's int8 rounds them; used by int8 only.

    Returns:
        The file's bytes. int8 has weights of int8 by channel and activations of uint8, between
        QuantizeLinear and DequantizeLinear (QDQ); sums and the last layer are float.

    Raises:
        InputError: if the model can't be converted.
    """
    import onnx

    with scratch_folder() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tf2onnx tries names that numpy 2 has no longer
        path = folder / "float32.onnx"
        _export(served, path)
        model = quantise(path, faces, layers) if form == INT8 else onnx.load(path)
    _name_ends(model.graph)
    for key, value in {
        LABELS: "\n".join(labels),
        "name": metadata.name,
        "author": metadata.author,
        "licence": metadata.licence,
    }.items():
        model.metadata_props.add(key=key, value=value)
    model.producer_name, model.producer_version = "fer-keras", metadata.version
    model.doc_string = metadata.description
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def read_onnx_graph(content: bytes) -> Graph:
    """Operators, inputs and outputs of an ONNX file, as `read_graph` says them of TFLite's."""
    import onnx

    graph = onnx.load_from_string(content).graph
    return Graph(
        operators=dict(sorted(Counter(node.op_type for node in graph.node).items())),
        float_operators=(),
        int8_weights=(),
        inputs=tuple(_tensor(value) for value in graph.input),
        outputs=tuple(_tensor(value) for value in graph.output),
    )


def _export(served: keras.Model, path: Path) -> None:
    import keras

    signature = keras.InputSpec(shape=served.input_shape, dtype="float32", name=INPUT)
    try:
        served.export(str(path), format="onnx", verbose=False, input_signature=[signature])
    except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{served.name} can't be converted to onnx: {reason[:300]}") from error


def _name_ends(graph: Any) -> None:
    """Call the output by our name; the input has it."""
    (output,) = graph.output
    for node in graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == output.name:
                    names[place] = OUTPUT
    output.name = OUTPUT


def _tensor(value: Any) -> Tensor:
    import onnx

    kind = value.type.tensor_type
    sizes = (size.dim_value if size.HasField("dim_value") else -1 for size in kind.shape.dim)
    name = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name
    return Tensor(value.name, tuple(sizes), name, scale=None, zero_point=None)
