from __future__ import annotations

from pathlib import Path

import numpy as np

from fer_keras.data.face_data import FaceData
from fer_keras.models.keras_file import load_model
from fer_keras.saliency.grid import ExplainedFace, draw_grid, explain_faces


def face(label: str | None, named: str) -> ExplainedFace:
    return ExplainedFace(
        image=np.full((48, 48), 255, np.uint8),
        saliency=np.eye(48, dtype=np.float32),
        named=named,
        probability=0.5,
        label=label,
        title="me.jpg",
    )


def test_every_face_gets_image_map_and_overlay() -> None:
    blocks = [[face("sad", "sad")] * 3, [face("sad", "happy")] * 4, [face(None, "sad")] * 10]
    figure = draw_grid(blocks, "a title that is longer than what would fit on one line " * 3)
    assert len(figure.axes) == 3 * 17
    captions = {text.get_text(): text.get_color() for text in figure.texts}
    assert captions["sad\n→ sad 50%"] != captions["sad\n→ happy 50%"] == "#b00020"
    assert "me.jpg\nsad 50%" in captions
    overlay = figure.axes[2].images[0].get_array()
    np.testing.assert_allclose(overlay[0, 1], 1)  # nothing matters here: the face shines through
    assert overlay[0, 0, 2] < 0.9


def test_faces_lie_inside_the_picture_and_apart() -> None:
    figure = draw_grid([[face("a", "b")] * 9], "title")
    boxes = [axes.get_position() for axes in figure.axes]
    for number, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= 1
        assert 0 <= box.y0 < box.y1 <= 1
        assert not any(box.overlaps(other) for other in boxes[number + 1 :])


def test_an_explanation_is_of_the_class_named(trained_model: Path, drawn_faces: FaceData) -> None:
    model, labels = load_model(trained_model)
    images = drawn_faces.split("test").images[:3]
    found = explain_faces(model, labels, images, [None, "sad", "x"], ["a", "b", "c"], "vanilla")
    said = model.predict(images.astype(np.float32), verbose=0)
    for number, one in enumerate(found):
        assert one.named == labels[said[number].argmax()]
        np.testing.assert_allclose(one.probability, said[number].max(), rtol=1e-5)
        np.testing.assert_array_equal(one.image, images[number, ..., 0])
        assert one.saliency.max() == 1
    assert [one.label for one in found] == [None, "sad", "x"]
