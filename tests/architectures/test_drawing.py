"""The drawing shows every layer once, in columns that cut no shortcut."""

from pathlib import Path

import pytest
from PIL import Image

from fer_keras.architectures.drawing import describe, draw_graph
from fer_keras.architectures.registry import build


@pytest.mark.parametrize("name", ["baseline", "mobile-s"])
def test_every_layer_has_a_box(name: str, tmp_path: Path) -> None:
    model = build(name)
    figure = draw_graph(model)
    texts = [text.get_text() for text in figure.axes[0].texts]
    for layer in model.layers:
        assert any(text.startswith(describe(layer)) for text in texts)
    assert len([text for text in texts if text]) == len(model.layers)
    figure.savefig(tmp_path / "graph.png")
    with Image.open(tmp_path / "graph.png") as picture:
        assert min(picture.size) > 300


def test_describe() -> None:
    layers = {layer.name: layer for layer in build("mobile-s").layers}
    assert describe(layers["logits"]) == "fc 7"
    strided = [describe(layer) for layer in layers.values() if hasattr(layer, "strides")]
    assert strided[0] == "conv 3x3, 24 /2"
