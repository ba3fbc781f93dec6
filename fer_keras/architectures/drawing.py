"""The graph of a model as a picture: a box a layer, data flowing downwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROWS_A_COLUMN = 14
COLOURS = {
    "Conv2D": "#cfe2ff",
    "Dense": "#ffe0c2",
    "BatchNormalization": "#e7e3f7",
    "MaxPooling2D": "#d5f0d8",
    "GlobalAveragePooling2D": "#d5f0d8",
    "Dropout": "#f4f4f4",
}


def draw_graph(model: keras.Model) -> Figure:
    """Draw a functional model.

    Args:
        model: any functional model whose layers each have one output.

    Returns:
        A figure; columns are read downwards, from left to right.
    """
    depths = _depths(model)
    rows: dict[int, list[str]] = {}
    for name, depth in depths.items():
        rows.setdefault(depth, []).append(name)
    columns = _columns(model, depths)
    height = max(len(column) for column in columns)
    figure = Figure(figsize=(4.6 * len(columns), 0.62 * height + 0.8))
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.93))
    axes.set_axis_off()
    axes.set_title(f"{model.name}: {model.count_params():,} parameters", fontsize=11)

    places: dict[str, tuple[float, float, float]] = {}
    for number, column in enumerate(columns):
        for row, depth in enumerate(column):
            width = 0.92 / len(rows[depth])
            for position, name in enumerate(rows[depth]):
                places[name] = (number + 0.04 + position * width, -row, width - 0.04)
    for layer in model.layers:
        _box(axes, layer, places[layer.name])
        for source in _sources(layer):
            _arrow(axes, places[source], places[layer.name])
    axes.set_xlim(0, len(columns))
    axes.set_ylim(-height + 0.4, 0.6)
    return figure


def describe(layer: keras.layers.Layer) -> str:
    """A layer in a few words: its kind and what sets it apart."""
    kind = type(layer).__name__
    if isinstance(layer, keras.layers.Conv2D):
        stride = f" /{layer.strides[0]}" if layer.strides[0] > 1 else ""
        return f"conv {layer.kernel_size[0]}x{layer.kernel_size[1]}, {layer.filters}{stride}"
    if isinstance(layer, keras.layers.Dense):
        return f"fc {layer.units}"
    if isinstance(layer, keras.layers.Dropout):
        return f"dropout {layer.rate:g}"
    if isinstance(layer, keras.layers.MaxPooling2D):
        return f"maxpool {layer.pool_size[0]}x{layer.pool_size[1]}"
    if isinstance(layer, keras.layers.ZeroPadding2D):
        return f"pad {layer.padding[0][0]}"
    names = {
        "BatchNormalization": "batch norm",
        "GlobalAveragePooling2D": "average",
        "InputLayer": "faces",
        "Activation": "softmax",
        "Rescaling": "0..255 to 0..1",
    }
    return names.get(kind, kind.lower())


def _sources(layer: keras.layers.Layer) -> list[str]:
    return [
        tensor._keras_history.operation.name
        for node in layer._inbound_nodes
        for tensor in node.input_tensors
    ]


def _depths(model: keras.Model) -> dict[str, int]:
    """Longest way from the input, for each layer."""
    depths: dict[str, int] = {}
    for layer in model.layers:  # functional models list them in topological order
        depths[layer.name] = max((depths[s] + 1 for s in _sources(layer)), default=0)
    return depths


def _columns(model: keras.Model, depths: dict[str, int]) -> list[list[int]]:
    """Depths by column; a column ends where a single arrow leads on, so that no shortcut is cut."""
    edges = [
        (depths[source], depths[layer.name]) for layer in model.layers for source in _sources(layer)
    ]
    columns: list[list[int]] = [[]]
    for depth in range(max(depths.values()) + 1):
        columns[-1].append(depth)
        leaving = [end for start, end in edges if start <= depth < end]
        if len(columns[-1]) >= ROWS_A_COLUMN and len(leaving) == 1:
            columns.append([])
    return [column for column in columns if column]


def _box(axes: Axes, layer: keras.layers.Layer, place: tuple[float, float, float]) -> None:
    x, y, width = place
    colour = COLOURS.get(type(layer).__name__, "#ffffff")
    axes.add_patch(
        FancyBboxPatch(
            (x, y - 0.3),
            width,
            0.6,
            boxstyle="round,pad=0,rounding_size=0.02",
            facecolor=colour,
            edgecolor="#555555",
            linewidth=0.8,
        )
    )
    shape = "x".join(str(size) for size in layer.output.shape[1:])
    gap = "   " if width > 0.6 else "\n"
    text = f"{describe(layer)}{gap}{shape}"
    axes.text(x + width / 2, y, text, ha="center", va="center", fontsize=8)


def _arrow(
    axes: Axes, source: tuple[float, float, float], target: tuple[float, float, float]
) -> None:
    start = (source[0] + source[2] / 2, source[1] - 0.3)
    end = (target[0] + target[2] / 2, target[1] + 0.3)
    if int(source[0]) != int(target[0]):  # on to the next column: along the gap, behind the boxes
        middle = int(target[0])
        x = [start[0], start[0], middle, middle, end[0], end[0]]
        y = [start[1], start[1] - 0.1, start[1] - 0.1, end[1] + 0.1, end[1] + 0.1, end[1]]
        axes.plot(x, y, color="#777777", linewidth=0.8, linestyle="--")
        return
    # A shortcut past other boxes bends around them.
    skips = abs(source[1] - target[1]) > 1.5
    bend = "arc3,rad=-0.45" if skips else "arc3,rad=0"
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": "#777777",
            "linewidth": 0.8,
            "connectionstyle": bend,
        },
    )
