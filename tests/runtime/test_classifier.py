"""The runtime: every shape of picture, the same answer; bad files and pictures are said."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fer_keras.export.exporting import export_model

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.runtime.classifier import Classifier


@pytest.fixture(scope="module")
def files(
    trained_model: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("export")
    export_model(trained_model, drawn_faces, out, ["float32", "int8"], stem="tiny")
    return {form: out / f"tiny-{form}.tflite" for form in ("float32", "int8")}


@pytest.mark.parametrize("form", ["float32", "int8"])
def test_every_way_to_give_a_face(form: str, files: dict[str, Path], drawn_faces: FaceData) -> None:
    classifier = Classifier(files[form])
    face = drawn_faces.split("test").images[0]
    expected = classifier.probabilities(face[None])
    assert expected.shape == (1, 7)
    assert expected.sum() == pytest.approx(1, abs=0.03)
    for given in (
        face,
        face[..., 0],
        face.astype("float32"),
        face.astype("float64")[None],
        np.repeat(face, 3, axis=2),
        np.repeat(face, 3, axis=2)[None],
        face[None, ..., 0],
    ):
        np.testing.assert_array_equal(classifier.probabilities(given), expected)


def test_a_batch_is_its_faces_one_by_one(files: dict[str, Path], drawn_faces: FaceData) -> None:
    classifier = Classifier(files["int8"])
    faces = drawn_faces.split("test").images[:5]
    together = classifier.probabilities(faces)
    np.testing.assert_array_equal(
        together, np.concatenate([classifier.probabilities(face) for face in faces])
    )
    assert classifier.probabilities(faces[:0]).shape == (0, 7)


def test_classify_names_the_most_probable(files: dict[str, Path], drawn_faces: FaceData) -> None:
    classifier = Classifier(files["float32"])
    face = drawn_faces.split("test").images[3]
    found = classifier.classify(face)
    assert found.label == drawn_faces.labels[int(classifier.probabilities(face).argmax())]
    assert found.probability == max(found.probabilities.values())
    assert tuple(found.probabilities) == drawn_faces.labels


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((48, 47)), "does not fit"),
        (np.zeros((48, 48, 2)), "does not fit"),
        (np.zeros(48), "does not fit"),
        (np.full((48, 48), 256.0), "between 0 and 255"),
        (np.full((48, 48), -1.0), "between 0 and 255"),
        (np.full((48, 48), np.nan), "between 0 and 255"),
    ],
)
def test_pictures_that_do_not_fit(
    picture: np.ndarray, message: str, files: dict[str, Path]
) -> None:
    with pytest.raises(InputError, match=message):
        Classifier(files["int8"]).probabilities(picture)


def test_files_that_do_not_fit(files: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        Classifier(tmp_path / "missing.tflite")
    broken = tmp_path / "broken.tflite"
    content = files["int8"].read_bytes()
    broken.write_bytes(b"\0" * 64 + content[64:])
    with pytest.raises(InputError, match=r"broken\.tflite: LiteRT can't run it"):
        Classifier(broken)
    broken.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"broken\.tflite"):
        Classifier(broken)


def test_neither_tensorflow_nor_keras_is_loaded(files: dict[str, Path]) -> None:
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from fer_keras.runtime.classifier import Classifier\n"
        f"found = Classifier(Path({str(files['int8'])!r})).classify(np.zeros((48, 48), 'uint8'))\n"
        "heavy = {'tensorflow', 'keras', 'pandas', 'matplotlib', 'sklearn', 'scipy'}\n"
        "print(found.label, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[1:] == ["[]"]
