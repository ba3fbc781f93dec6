"""The diagnosis of a model's quantisation, as a table and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fer_keras.data.face_data import FaceData
from fer_keras.models.keras_file import load_model
from fer_keras.tables import TextTable

from .calibration import Calibration, representative_faces
from .convert import convert
from .diagnosis import LayerNoise, measure_layers, ranked

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    from fer_keras.pictures.figure_file import save_figure

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
