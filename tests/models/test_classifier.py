from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.face_pixels import GREY_WEIGHTS
from fer_keras.models import Classifier
from fer_keras.models.classifier import fit_pixels
from fer_keras.models.model_file import LABELS_MEMBER


@pytest.fixture(scope="module")
def int8_file(exported: tuple[Path, dict[str, Any]]) -> Path:
    return exported[0] / "tiny-int8.tflite"


def test_every_shape_and_type_of_a_face_gives_the_same_answer(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData
) -> None:
    face = drawn_faces.split("validation").images[0]
    grey = face[:, :, 0]
    for path in sorted(exported[0].glob("*.tflite")):
        classifier = Classifier(path)
        expected = classifier.probabilities(face)
        assert expected.shape == (1, 7)
        assert expected.dtype == np.float32
        assert expected.sum() == pytest.approx(1, abs=0.03)
        for same in (
            grey,
            grey[None],
            face[None],
            np.repeat(face, 3, axis=2),
            np.repeat(face, 3, axis=2)[None],
            grey.astype(np.float64),
            np.asfortranarray(grey),
        ):
            np.testing.assert_array_equal(classifier.probabilities(same), expected)
        np.testing.assert_array_equal(
            classifier.probabilities(np.stack([grey] * 3)), np.repeat(expected, 3, axis=0)
        )
        assert classifier.probabilities(np.empty((0, 48, 48, 1))).shape == (0, 7)


def test_every_face_gets_probabilities_in_its_own_row(
    trained_model: Path, drawn_faces: FaceData
) -> None:
    split = drawn_faces.split("validation")  # more than one batch
    classifier = Classifier(trained_model)
    found = classifier.probabilities(split.images)
    assert found.shape == (350, 7)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    alone = classifier.probabilities(split.images[300:301])
    np.testing.assert_allclose(found[300:301], alone, atol=1e-5)
    assert (found.argmax(1) == split.labels).mean() > 0.35
    assert classifier.probabilities(split.images[:0]).shape == (0, 7)


def test_columns_follow_the_labels_asked_for(int8_file: Path, drawn_faces: FaceData) -> None:
    images = drawn_faces.split("validation").images[:5]
    classifier = Classifier(int8_file)
    turned = classifier.probabilities(images, drawn_faces.labels[::-1])
    np.testing.assert_array_equal(turned[:, ::-1], classifier.probabilities(images))
    with pytest.raises(InputError, match=r"its labels are angry.*the data's are cat, dog"):
        classifier.probabilities(images, ("cat", "dog"))


@pytest.mark.parametrize(("value", "message"), [(np.nan, "nan"), (1.0, "no probabilities")])
def test_what_are_no_probabilities_is_refused(value: float, message: str, tmp_path: Path) -> None:
    import keras

    from fer_keras.models.keras_file import save_model

    faces = keras.Input((48, 48, 1))
    answer = keras.layers.Dense(3, "softmax")(keras.layers.GlobalAveragePooling2D()(faces))
    model = keras.Model(faces, keras.layers.Rescaling(value, offset=0.5)(answer))
    save_model(model, ("a", "b", "c"), tmp_path / "wrong.keras")
    with pytest.raises(InputError, match=rf"wrong\.keras: gives .*{message}"):
        Classifier(tmp_path / "wrong.keras").classify(np.zeros((48, 48), np.uint8))


def test_a_copy_in_another_process_opens_the_file_again(
    int8_file: Path, drawn_faces: FaceData, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    faces = drawn_faces.split("test").images[:5]
    monkeypatch.chdir(int8_file.parent)
    classifier = Classifier(int8_file.name, threads=2)
    packed = pickle.dumps(classifier)
    monkeypatch.chdir(tmp_path)
    copy = pickle.loads(packed)
    assert np.array_equal(copy.probabilities(faces), classifier.probabilities(faces))
    assert copy.path == int8_file


def test_classify_abstains_where_it_is_told_to(int8_file: Path, drawn_faces: FaceData) -> None:
    classifier = Classifier(int8_file)
    face = drawn_faces.split("validation").images[0]
    (found,) = classifier.classify(face)
    assert classifier.classify(face, found.probability) == [found]
    (unsure,) = classifier.classify(face, found.probability + 0.001)
    assert (unsure.label, unsure.probabilities) == ("unsure", found.probabilities)


def test_classify_names_the_most_probable_class(int8_file: Path, drawn_faces: FaceData) -> None:
    classifier = Classifier(str(int8_file), threads=2)
    faces = drawn_faces.split("validation").images[:20]
    rows = classifier.probabilities(faces)
    for found, row in zip(classifier.classify(faces), rows, strict=True):
        assert found.label == drawn_faces.labels[row.argmax()]
        assert found.probability == row.max()
        assert list(found.probabilities) == list(drawn_faces.labels)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((47, 48)), r"shape \(47, 48\) does not fit; give 48x48"),
        (np.zeros((48, 48, 4)), "does not fit"),
        (np.zeros((2, 2, 48, 48, 1)), "does not fit"),
        (np.zeros(5), "does not fit"),
        (np.full((48, 48), 256.0), "between 0 and 255"),
        (np.full((48, 48), -1), "between 0 and 255"),
        (np.full((48, 48), np.nan), "between 0 and 255"),
        (np.full((48, 48), 0.9), "maximum of 1 or less: give values from 0 to 255"),
        (np.full((48, 48), "x"), "picture of type"),
        (np.zeros((48, 48), np.complex64), "picture of type complex64"),
    ],
)
def test_pictures_that_do_not_fit(int8_file: Path, picture: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Classifier(int8_file).probabilities(picture)


@given(colour=st.tuples(*[st.integers(0, 255)] * 3))
def test_grey_is_that_of_bt601(colour: tuple[int, int, int]) -> None:
    picture = np.broadcast_to(np.array(colour, np.uint8), (48, 48, 3))
    found = fit_pixels(picture, 48, 48, 1)
    exact = sum(weight * value for weight, value in zip(GREY_WEIGHTS, colour, strict=True))
    assert found.shape == (1, 48, 48, 1)
    assert abs(found[0, 0, 0, 0] - exact) <= 0.5 + 1e-4


def test_colour_means_the_same_inside_and_outside_the_graph(
    exported: tuple[Path, dict[str, Any]], drawn_faces: FaceData
) -> None:
    grey = drawn_faces.split("validation").images[:30].astype(np.float32)
    tinted = np.clip(grey * np.array([1.0, 0.8, 0.6], np.float32), 0, 255)
    inside = Classifier(exported[0] / "tiny-float32-rgb.tflite").probabilities(tinted)
    outside = Classifier(exported[0] / "tiny-float32.tflite").probabilities(tinted)
    assert np.abs(inside - outside).max() < 0.02  # outside, grey is rounded
    flat = np.clip(grey * 0.8, 0, 255)
    assert (
        np.abs(inside - Classifier(exported[0] / "tiny-float32.tflite").probabilities(flat)).max()
        > 0.001
    )


def test_neither_tensorflow_nor_keras_is_loaded(int8_file: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from fer_keras.models import Classifier\n"
        f"Classifier({str(int8_file)!r}).classify(np.zeros((48, 48), np.uint8))\n"
        "print({'tensorflow', 'keras', 'pandas', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_a_file_of_another_kind(
    exported: tuple[Path, dict[str, Any]], int8_file: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "plain.tflite"
    plain.write_bytes(b"TFL3" * 100)
    with pytest.raises(InputError, match=r"plain\.tflite: holds no labels\.txt"):
        Classifier(plain)
    with pytest.raises(InputError, match=r"nosuch\.tflite: no such file"):
        Classifier(tmp_path / "nosuch.tflite")
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr(LABELS_MEMBER, "a\nb\n")
    with pytest.raises(InputError, match=r"plain\.tflite: damaged from its start"):
        Classifier(plain)
    shutil.copy(int8_file, tmp_path / "fewer.tflite")
    with zipfile.ZipFile(int8_file) as archive:
        start = archive.infolist()[0].header_offset
    fewer = tmp_path / "fewer.tflite"
    fewer.write_bytes(int8_file.read_bytes()[:start])
    with zipfile.ZipFile(fewer, "a") as archive:
        archive.writestr(LABELS_MEMBER, "a\nb\n")
    with pytest.raises(InputError, match="gives 1x7, but has 2 labels"):
        Classifier(fewer)
    with pytest.raises(InputError, match="take 1 or more"):
        Classifier(int8_file, threads=0)
