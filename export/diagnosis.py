"""Where an int8 file loses: the float and the int8 graph side by side, layer by layer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.models.keras_file import load_model
from fer_keras.tables import TextTable

from .calibration import Calibration, representative_faces
from .convert import convert
from .flatbuffer import operator_name, unpack
from .layer_run import LayerRun

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class LayerNoise:
    """What quantisation does to one layer's output.

    Attributes:
        layer: the Keras layers that the operator computes, fused ones joined by "+".
        operator: of TFLite.
        snr: power of the float output over that of its difference to the int8 output, in dB.
        added: noise over signal (powers) at its output minus that at its noisiest input, 0 or
            more: what this layer adds to what it was given.
    """

    layer: str
    operator: str
    snr: float
    added: float


def measure_layers(
    float_file: bytes, int8_file: bytes, faces: NDArray[np.uint8], layers: Sequence[str]
) -> list[LayerNoise]:
    """Run both graphs on the same faces, with the built-in kernels, which keep every output.

    Args:
        float_file: float32, as `convert` makes it.
        int8_file: int8 of the same model with the same input; uint8 io.
        faces: uint8, (n, 48, 48, channels of the files); n is 1 or more.
        layers: names of the model's layers, to name the operators by.

    Returns:
        A line for each operator, in the order of computation.
    """
    graph = unpack(int8_file)
    subgraph = graph.subgraphs[0]
    quantised, exact = LayerRun(int8_file), LayerRun(float_file)
    names = {index: tensor.name.decode() for index, tensor in enumerate(subgraph.tensors)}
    for operator in subgraph.operators:
        # The last conversion to uint8 has the name of the float file's output: what it converts is
        # the same quantity.
        if _operator(graph, operator) == "QUANTIZE" and operator.outputs[0] in subgraph.outputs:
            names[operator.inputs[0]] = names.pop(operator.outputs[0])
    shared = [
        (index, names[index])
        for operator in subgraph.operators
        for index in operator.outputs
        if names.get(index) in exact.outputs
    ]
    signal = dict.fromkeys([index for index, _ in shared], 0.0)
    noise = dict(signal)
    for face in faces:
        quantised.invoke(face)
        exact.invoke(face)
        for index, name in shared:
            expected = exact.value(exact.outputs[name])
            signal[index] += float(np.square(expected).sum())
            noise[index] += float(np.square(quantised.value(index) - expected).sum())

    ratio = {index: noise[index] / max(signal[index], 1e-30) for index in signal}
    found = []
    for operator in subgraph.operators:
        (output, *_) = operator.outputs
        if output not in ratio:
            continue
        before = max((ratio.get(index, 0.0) for index in operator.inputs), default=0.0)
        found.append(
            LayerNoise(
                layer=_layer_name(names[output], layers),
                operator=_operator(graph, operator),
                snr=-10 * math.log10(max(ratio[output], 1e-30)),
                added=max(ratio[output] - before, 0.0),
            )
        )
    return found


def ranked(noises: Sequence[LayerNoise]) -> list[LayerNoise]:
    """The layers that add most noise first."""
    return sorted(noises, key=lambda noise: noise.added, reverse=True)


def _operator(graph: Any, operator: Any) -> str:
    return operator_name(graph.operatorCodes[operator.opcodeIndex])


def _layer_name(tensor: str, layers: Sequence[str]) -> str:
    """`m_1/m_1/conv2d_1/convolution;m_1/m_1/bn_1/add` is conv2d+bn: scopes end in a number."""
    if tensor.startswith("StatefulPartitionedCall"):
        return layers[-1]  # what the file gives
    found: dict[str, None] = {}
    for part in re.split("[/;]", tensor):
        scope = re.sub(r"_\d+$", "", part)
        if scope in layers or part in layers:
            found[scope if scope in layers else part] = None
    return "+".join(found) or tensor.split(";")[0]


FACES = 100
"""Of the validation split: the powers hardly change with more."""

WORST = 3
"""Layers that the picture points out."""


def layer_noises(
    model_file: Path, data: FaceData, calibration: Calibration, split: str = "validation"
) -> list[LayerNoise]:
    """Convert a model to float32 and int8, and compare them layer by layer.

    Args:
        model_file: a `.keras` file.
        data: its training split calibrates, `split` is run.
        calibration: which faces calibrate.
        split: of `data`.

    Raises:
        InputError: if the model can't be read or converted.
    """
    model, _ = load_model(model_file)
    chosen = representative_faces(data.split("train"), calibration)
    return measure_layers(
        convert(model, "float32", chosen),
        convert(
            model,
            "int8",
            chosen,
            ranges=calibration.ranges,
            bias_correction=calibration.bias_correction,
        ),
        data.split(split).images[:FACES],
        [layer.name for layer in model.layers],
    )


def diagnose_int8(
    model_file: Path, data: FaceData, calibration: Calibration, split: str, out: Path, stem: str
) -> tuple[TextTable, Path]:
    """The table of `layer_noises`, and their picture, drawn as `<stem>-int8-noise.png` in `out`."""
    from fer_keras.figures import save_figure

    noises = layer_noises(model_file, data, calibration, split)
    picture = out / f"{stem}-int8-noise.png"
    save_figure(draw_diagnosis(noises), picture)
    return diagnosis_table(noises), picture


def diagnosis_table(noises: Sequence[LayerNoise]) -> TextTable:
    """The layers, those that add most noise first."""
    return TextTable(
        ["layer", "operator", "signal to noise, dB", "noise added here, %"],
        [
            [noise.layer, noise.operator, f"{noise.snr:.1f}", f"{100 * noise.added:.3f}"]
            for noise in ranked(noises)
        ],
        title="int8 against float32, layer by layer",
        caption="built-in kernels; noise: power of the difference over power of the signal",
        left=frozenset({"operator"}),
    )


def draw_diagnosis(noises: Sequence[LayerNoise]) -> Figure:
    """Signal to noise from the first layer (top) to the last; the worst layers in colour."""
    from matplotlib.figure import Figure

    worst = ranked(noises)[:WORST]
    figure = Figure(figsize=(9, 1.2 + 0.3 * len(noises)), layout="constrained")
    axes = figure.subplots()
    rows = range(len(noises))
    colours = ["#c0392b" if noise in worst else "#7f8c8d" for noise in noises]
    bars = axes.barh(rows, [max(noise.snr, 0) for noise in noises], color=colours)
    axes.bar_label(bars, [f"{noise.snr:.1f}" for noise in noises], padding=3, fontsize=8)
    names = [f"{noise.layer[-44:]}  {noise.operator}" for noise in noises]
    axes.set_yticks(rows, names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("signal to quantisation noise, dB (red: the layers that add most noise)")
    axes.margins(x=0.1)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
