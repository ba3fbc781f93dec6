"""One file of a model, in whatever form is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

from .calibration import Calibration
from .convert import Rounded, convert, round_model, served_model
from .graph import Graph, Tensor, read_graph
from .metadata import Metadata
from .packing import packed
from .ranges import EACH_FACE
from .target import CORE_ML, ONNX_FORMATS, Target
from .weight_rounding import rounded_layers

if TYPE_CHECKING:
    import keras


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


@dataclass(frozen=True)
class Source:
    """What files are made of.

    Attributes:
        model: float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
        labels: in the order of its outputs.
        metadata: what the files say about themselves.
        faces: uint8, (n, 48, 48, 1): what calibrates int8.
        calibration: its settings.
        io: what int8 files of TFLite take and give.
        dynamic_batch: take any number of faces at a time.
    """

    model: keras.Model
    labels: tuple[str, ...]
    metadata: Metadata
    faces: NDArray[np.uint8]
    calibration: Calibration
    io: str
    dynamic_batch: bool
    _rounded: dict[str, Rounded] = field(default_factory=dict, init=False, repr=False)

    def rounded(self, input: str) -> Rounded:
        """The model with its weights rounded, which takes longest of all: once for each input."""
        if input not in self._rounded:
            self._rounded[input] = round_model(
                self.model,
                self.faces,
                input=input,
                dynamic_batch=self.dynamic_batch,
                bias_correction=self.calibration.bias_correction,
            )
        return self._rounded[input]


def make(target: Target, source: Source, path: Path) -> Graph:
    """Write a file, or for Core ML a folder.

    Args:
        target: its form and its pictures.
        source: what it is made of.
        path: has the suffix of the form.

    Returns:
        What it computes, read back.

    Raises:
        InputError: if the model can't be converted, or an int8 file would compute in float.
    """
    if target.form == CORE_ML:
        from .core_ml import convert_core_ml

        served = served_model(source.model, target.input, dynamic_batch=False)
        return convert_core_ml(served, source.labels, source.metadata, path)
    if target.form in ONNX_FORMATS:
        from .onnx_form import INT8, convert_onnx, read_onnx_graph

        served = served_model(source.model, target.input, source.dynamic_batch)
        shown = np.repeat(source.faces, target.channels, axis=3)
        layers = rounded_layers(*source.rounded(target.input)) if target.form == INT8 else ()
        content = convert_onnx(served, target.form, shown, source.labels, source.metadata, layers)
        path.write_bytes(content)
        return read_onnx_graph(content)
    each_face = source.calibration.ranges == EACH_FACE
    content = convert(
        source.model,
        target.form,
        source.faces,
        input=target.input,
        io=source.io,
        dynamic_batch=source.dynamic_batch,
        ranges=source.calibration.ranges,
        bias_correction=source.calibration.bias_correction,
        rounded=source.rounded(target.input) if target.form == "int8" and each_face else None,
    )
    file = packed(content, source.metadata, source.labels, channels=target.channels)
    graph = read_graph(file)
    if target.form == "int8":
        check = check_int8_weights if each_face else check_full_integer
        check(graph, path.name, source.io)
    path.write_bytes(file)
    return graph


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size
