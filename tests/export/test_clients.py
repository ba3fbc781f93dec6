"""LiteRT's own two interfaces run the files unmodified; MediaPipe is in test_metadata.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.models import Classifier

FACES = 20


def as_client_sees(path: Path, drawn_faces: FaceData) -> tuple[np.ndarray, type]:
    """Faces as an app gives them: raw pixels, in the type and channels of the file."""
    faces = drawn_faces.split("validation").images[:FACES]
    dtype = np.uint8 if "int8" in path.name else np.float32
    return (np.repeat(faces, 3, axis=3) if "rgb" in path.name else faces).astype(dtype), dtype


def as_probabilities(answers: np.ndarray) -> np.ndarray:
    return answers / 256 if answers.dtype == np.uint8 else answers


NAMES = [
    f"tiny-{form}{px}" for form in ("float32", "float16", "dynamic", "int8") for px in ("", "-rgb")
]


@pytest.mark.parametrize("name", NAMES)
def test_interpreter(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, name: str
) -> None:
    from ai_edge_litert.interpreter import Interpreter

    path = exported[0] / f"{name}.tflite"
    faces, dtype = as_client_sees(path, drawn_faces)
    runner = Interpreter(str(path)).get_signature_runner()
    (argument,) = runner.get_input_details()
    (result,) = runner.get_output_details()
    answers = np.concatenate([runner(**{argument: face[None]})[result] for face in faces])
    assert answers.dtype == dtype
    expected = Classifier(path).probabilities(faces)
    np.testing.assert_allclose(as_probabilities(answers), expected, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_compiled_model(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData, name: str
) -> None:
    from ai_edge_litert.compiled_model import CompiledModel

    path = exported[0] / f"{name}.tflite"
    faces, dtype = as_client_sees(path, drawn_faces)
    answers = []
    with CompiledModel.from_file(str(path)) as model:
        (given,), (got,) = model.create_input_buffers(0), model.create_output_buffers(0)
        for face in faces:
            given.write(face[None])
            model.run_by_index(0, [given], [got])
            answers.append(got.read(7, dtype))
    expected = Classifier(path).probabilities(faces)
    # Its kernels may round once differently.
    np.testing.assert_allclose(as_probabilities(np.stack(answers)), expected, atol=0.02)
