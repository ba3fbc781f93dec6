"""ONNX as int8: what ONNX Runtime's quantisation makes, and three things that it leaves out.

Its files multiply in integers, and round what each layer takes in and gives out in 255 steps of a
range fixed beforehand (QDQ). As it stands that names one face in 70 otherwise than the float model
of mobile-s does. So:

- Weights are rounded together, as in our TFLite files (`weight_rounding`).
- Sums are of floats, so that what a residual block passes on is not rounded with each block.
- What goes into a sum is rounded by a range for each channel. That costs nothing: the layer's
  weights have a scale for each channel anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tensor_names import INPUT
from .weight_rounding import RoundedLayer

DENSE = ("Gemm", "MatMul")
"""What a dense layer is."""

FLOAT = ("Add", "GlobalAveragePool", "ReduceMean")
"""Sums and means."""

SMALL = 1024
"""A convolution of fewer weights stays float, as LiteRT's converter leaves it: of single pixels
every rounding shows, and there is little to gain."""


def quantise(path: Path, faces: NDArray[np.uint8], layers: Sequence[RoundedLayer]) -> Any:
    """Quantise a float ONNX file.

    Args:
        path: of the file; others are written beside it.
        faces: uint8, (n, 48, 48, channels): what sets the ranges.
        layers: the same model's layers, rounded; those that are not among them get the nearest
            steps.

    Returns:
        The model (`onnx.ModelProto`).
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared, quantised = path.with_name("prepared.onnx"), path.with_name("int8.onnx")
    quant_pre_process(path, prepared, skip_symbolic_shape=True)
    exact = onnx.load(prepared)
    quantize_static(
        prepared,
        quantised,
        _reader(faces),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[node.name for node in _float_nodes(exact.graph)],
    )
    graph = _Quantised(onnx.load(quantised))
    graph.sum_floats()
    graph.take_weights(exact, layers)
    graph.spread_channels(_channel_ranges(exact, graph.summed(), faces))
    return graph.model


def _float_nodes(graph: Any) -> Iterator[Any]:
    """What is not rounded.

    All up to the pixels' first convolution; sums; small convolutions; and all from the last dense
    layer on: that one alone makes half of what int8 names otherwise.
    """
    sizes = {weights.name: int(np.prod(weights.dims)) for weights in graph.initializer}
    nodes = list(graph.node)
    first = next((at for at, node in enumerate(nodes) if node.op_type == "Conv"), 0)
    last = max((at for at, node in enumerate(nodes) if node.op_type in DENSE), default=len(nodes))
    for at, node in enumerate(nodes):
        small = node.op_type == "Conv" and sizes.get(node.input[1], SMALL) < SMALL
        if small or node.op_type in FLOAT or not first <= at < last:
            yield node


def _reader(faces: NDArray[np.uint8]) -> Any:
    from onnxruntime.quantization import CalibrationDataReader

    class Faces(CalibrationDataReader):
        """One face at a time."""

        def __init__(self) -> None:
            self._left = iter(faces)

        def get_next(self) -> dict[str, Any] | None:
            face = next(self._left, None)
            return None if face is None else {INPUT: face[None].astype(np.float32)}

    return Faces()


def _channel_ranges(
    exact: Any, tensors: Sequence[str], faces: NDArray[np.uint8]
) -> dict[str, NDArray[np.float32]]:
    """The smallest and the largest value of each channel of tensors: (2, channels), 0 between."""
    import onnx
    from onnxruntime import InferenceSession

    if not tensors:
        return {}
    watched = onnx.ModelProto()
    watched.CopyFrom(exact)
    for name in tensors:
        watched.graph.output.append(
            onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        )
    session = InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, NDArray[np.float32]] = {}
    for face in faces:
        values = session.run(list(tensors), {INPUT: face[None].astype(np.float32)})
        for name, (maps,) in zip(tensors, values, strict=True):
            low, high = found.get(name, np.zeros((2, len(maps)), np.float32))
            found[name] = np.stack(
                [np.minimum(low, maps.min((1, 2))), np.maximum(high, maps.max((1, 2)))]
            )
    return found


@dataclass
class _Rounding:
    """A tensor's way to a sum: a convolution gives it, it is rounded, and taken as float again."""

    layer: Any
    quantize: Any
    dequantize: Any


class _Quantised:
    """A graph as ONNX Runtime quantised it, to be changed."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._index()

    def _index(self) -> None:
        graph = self.model.graph
        self._makers = {name: node for node in graph.node for name in node.output}
        self._constants = {constant.name: constant for constant in graph.initializer}

    def sum_floats(self) -> None:
        """Let sums take what they add before it was rounded for the next layer.

        What a convolution gives stays rounded: integers are what it computes in.
        """
        for node in self.model.graph.node:
            if node.op_type not in FLOAT:
                continue
            for place, name in enumerate(node.input):
                quantize = self._quantize_before(name)
                if quantize is None:
                    continue
                maker = self._makers.get(quantize.input[0])
                if maker is None or maker.op_type != "Conv":
                    node.input[place] = quantize.input[0]
        self._drop_unread()

    def take_weights(self, exact: Any, layers: Sequence[RoundedLayer]) -> None:
        """Give convolutions the weights and biases of `layers`, known by their exact weights."""
        from onnx import numpy_helper

        floats = {one.name: numpy_helper.to_array(one) for one in exact.graph.initializer}
        weights = {
            node.name: floats[node.input[1]]
            for node in exact.graph.node
            if node.op_type == "Conv" and len(node.input) == 3 and node.input[1] in floats
        }
        for node in self.model.graph.node:  # an output may have got the name of its ReLU's
            if node.op_type != "Conv" or node.name not in weights:
                continue
            own = weights[node.name]
            layer = next((layer for layer in layers if layer.is_of(own)), None)
            if layer is None or not self._has_own_constants(node):
                continue
            steps, scale, _ = self._makers[node.input[1]].input
            self._set(steps, layer.steps.transpose(0, 3, 1, 2))
            bias = self._bias(node) + layer.bias_change
            self._set(scale, layer.scales.astype(np.float32))
            self._set_bias(node, bias, layer.scales)

    def summed(self) -> list[str]:
        """Tensors that are rounded for sums alone, by name."""
        return [way.layer.output[0] for way in self._ways_to_sums()]

    def spread_channels(self, ranges: dict[str, NDArray[np.float32]]) -> None:
        """Round tensors by a range for each channel.

        The convolution gives steps of its channel's range: its weights' scales are divided by them.

        Args:
            ranges: of `summed`'s tensors, (2, channels).
        """
        import onnx

        for way in self._ways_to_sums():
            low, high = ranges[way.layer.output[0]].astype(np.float64)
            step = np.maximum((high - low) / 255, 1e-9)
            zero = np.round(-low / step)
            scale = self._makers[way.layer.input[1]].input[1]
            scales = self._value(scale).astype(np.float64) / step
            bias = self._bias(way.layer) / step + zero
            self._set(scale, scales.astype(np.float32))
            self._set_bias(way.layer, bias, scales)
            name = way.quantize.output[0]
            way.quantize.input[1:] = [
                self._add(f"{name}/step", np.float32(1)),
                self._add(f"{name}/zero", np.uint8(0)),
            ]
            way.dequantize.input[1:] = [
                self._add(f"{name}/steps", step.astype(np.float32)),
                self._add(f"{name}/zeros", zero.astype(np.uint8)),
            ]
            way.dequantize.attribute.append(onnx.helper.make_attribute("axis", 1))
        self._drop_unread()

    def _ways_to_sums(self) -> list[_Rounding]:
        readers = Counter(name for node in self.model.graph.node for name in node.input)
        of_sums = Counter(
            name for node in self.model.graph.node if node.op_type == "Add" for name in node.input
        )
        ways = []
        for name, count in of_sums.items():
            quantize = self._quantize_before(name)
            if quantize is None or count != readers[name]:
                continue
            layer, dequantize = self._makers.get(quantize.input[0]), self._makers[name]
            if (
                layer is not None
                and layer.op_type == "Conv"
                and readers[layer.output[0]] == readers[quantize.output[0]] == 1
                and self._has_own_constants(layer)
            ):
                ways.append(_Rounding(layer, quantize, dequantize))
        return ways

    def _quantize_before(self, name: str) -> Any | None:
        """The rounding of which a tensor is the float again; None where it is none."""
        dequantize = self._makers.get(name)
        if dequantize is None or dequantize.op_type != "DequantizeLinear":
            return None
        quantize = self._makers.get(dequantize.input[0])
        return quantize if quantize is not None and quantize.op_type == "QuantizeLinear" else None

    def _has_own_constants(self, layer: Any) -> bool:
        """Whether weights and bias are rounded, by channel, and no other layer's."""
        readers = Counter(name for node in self.model.graph.node for name in node.input)
        for name in layer.input[1:3]:
            maker = self._makers.get(name)
            if maker is None or maker.op_type != "DequantizeLinear" or readers[name] > 1:
                return False
            if any(readers[part] > 1 or part not in self._constants for part in maker.input[:2]):
                return False
        return (
            len(layer.input) == 3 and self._value(self._makers[layer.input[1]].input[1]).ndim == 1
        )

    def _bias(self, layer: Any) -> NDArray[np.float64]:
        steps, scale = self._makers[layer.input[2]].input[:2]
        return self._value(steps).astype(np.float64) * self._value(scale).astype(np.float64)

    def _set_bias(
        self, layer: Any, bias: NDArray[np.float64], weight_scales: NDArray[np.float64]
    ) -> None:
        """A bias has steps of its layer's input times those of its weights."""
        input_scale = self._value(self._makers[layer.input[0]].input[1]).astype(np.float64)
        steps, scale = self._makers[layer.input[2]].input[:2]
        scales = input_scale * weight_scales
        self._set(scale, scales.astype(np.float32))
        self._set(steps, np.round(bias / scales).astype(np.int32))

    def _value(self, name: str) -> NDArray[Any]:
        from onnx import numpy_helper

        return np.asarray(numpy_helper.to_array(self._constants[name]))

    def _set(self, name: str, value: NDArray[Any]) -> None:
        from onnx import numpy_helper

        self._constants[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), name))

    def _add(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        constant = numpy_helper.from_array(np.asarray(value), name)
        self.model.graph.initializer.append(constant)
        self._constants[name] = self.model.graph.initializer[-1]
        return name

    def _drop_unread(self) -> None:
        """Drop nodes whose outputs nobody reads any more, and constants."""
        graph = self.model.graph
        while True:
            read = {name for node in graph.node for name in node.input}
            read |= {output.name for output in graph.output}
            kept = [node for node in graph.node if read.intersection(node.output)]
            if len(kept) == len(graph.node):
                break
            del graph.node[:]
            graph.node.extend(kept)
        constants = [one for one in graph.initializer if one.name in read]
        del graph.initializer[:]
        graph.initializer.extend(constants)
        self._index()
