from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.saliency.explain import explain_photos, explain_split

ASTRONAUT = Path(__file__).parents[1] / "pictures" / "astronaut.png"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["saliency", *map(str, arguments)])


def test_a_grid_of_faces_of_two_emotions(trained_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "grid.png"
    result = run(
        trained_run, "--emotion", "happy,sadness", "-n", 2, "--method", "gradcam++", "--out", out
    )
    assert result.exit_code == 0, result.output
    assert "4 faces, gradcam++" in result.stderr
    assert Image.open(out).size[0] > 400


def test_a_photo_without_a_face_is_refused(trained_model: Path, tmp_path: Path) -> None:
    photo = tmp_path / "cup.png"
    Image.fromarray(np.full((200, 300, 3), 90, np.uint8)).save(photo)
    result = run(trained_model, photo, "--method", "vanilla", "--out", tmp_path / "grid.png")
    assert isinstance(result.exception, InputError)
    assert "cup.png: no face found in it (looked at the whole" in str(result.exception)
    assert not (tmp_path / "grid.png").exists()


def test_a_face_that_is_cut_out_is_explained(trained_model: Path, tmp_path: Path) -> None:
    photo = tmp_path / "me.png"
    Image.fromarray(np.full((48, 48), 90, np.uint8)).save(photo)
    result = run(trained_model, photo, "--method", "vanilla", "--out", tmp_path / "grid.png")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "grid.png").is_file()


def test_the_face_in_a_photo_is_what_is_explained(trained_model: Path) -> None:
    (explained,) = explain_photos(trained_model, [ASTRONAUT], method="vanilla")
    whole = np.asarray(Image.open(ASTRONAUT).convert("L").resize((48, 48)), np.float32)
    # Her face fills the cut, and skin is light.
    assert np.corrcoef(explained.image.ravel(), whole.ravel())[0, 1] < 0.5
    assert explained.image[20:40, 14:34].mean() > 120


def test_wrong_faces_are_wrong_and_rows_are_rows(
    trained_model: Path, drawn_faces: FaceData
) -> None:
    blocks = explain_split(trained_model, drawn_faces, n=3, wrong=True, method="vanilla")
    assert sum(map(len, blocks)) >= 7
    assert all(face.named != face.label for block in blocks for face in block)
    assert [{face.label for face in block} for block in blocks] == [
        {label} for label in drawn_faces.labels
    ]
    (block,) = explain_split(trained_model, drawn_faces, rows=[7, 5], method="vanilla")
    assert [face.title for face in block] == ["row 7", "row 5"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--method", "lime"], "take one of vanilla"),
        (["--emotion", "bored"], "--emotion bored"),
        (["--rows", "one"], "write whole numbers"),
        (["--rows", "7", "--wrong"], "--rows: go with neither --emotion nor --wrong"),
        (["--rows", "7", "--emotion", "sad"], "--rows: go with neither --emotion nor --wrong"),
        (["--rows", "99999"], "row 99999 is not in the validation split"),
        (["no-photo.jpg"], "no-photo.jpg"),
    ],
)
def test_bad_requests_are_named(
    arguments: list[str], message: str, trained_run: Path, tmp_path: Path
) -> None:
    result = run(trained_run, *arguments, "--out", tmp_path / "grid.png")
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_a_tflite_file_has_no_gradients(tmp_path: Path) -> None:
    (tmp_path / "int8.tflite").write_bytes(b"TFL3")
    result = run(tmp_path / "int8.tflite", "--data", "synthetic")
    assert isinstance(result.exception, InputError)
    assert "has no gradients" in str(result.exception)
