"""A model meets the faces of another data set under its own class names."""

from __future__ import annotations

from pathlib import Path

import made_layouts
import numpy as np
import pytest

from fer_keras.data.face_data import FaceData, Split
from fer_keras.data.labels import FER2013_LABELS, matched_to, matched_to_all
from fer_keras.data.layouts.recognise import read_path
from fer_keras.errors import InputError


def data_of(*labels: str, targets: np.ndarray | None = None) -> FaceData:
    """Two faces of each class, the grey of a face its class."""
    classes = np.repeat(np.arange(len(labels)), 2)
    images = (classes[:, None, None, None] * np.ones((1, 48, 48, 1))).astype(np.uint8)
    split = Split(images, classes, np.arange(len(classes)), targets, targets)
    return FaceData(labels, {"test": split}, "own", "0" * 64)


def test_what_matches_already_stays_the_same_object() -> None:
    data = data_of("a", "b")
    assert matched_to(data, ("a", "b")) is data


def test_names_match_by_meaning_and_the_rest_is_left_out_and_said() -> None:
    data = matched_to(data_of("Happiness", "contempt", "Anger"), FER2013_LABELS)
    split = data.split("test")
    assert data.labels == FER2013_LABELS
    assert split.labels.tolist() == [3, 3, 0, 0]
    assert split.images[:, 0, 0, 0].tolist() == [0, 0, 2, 2]
    assert split.rows.tolist() == [0, 1, 4, 5]
    assert data.notes == (
        "matched: Happiness is the model's happy",
        "matched: Anger is the model's angry",
        "left out: 2 faces of contempt, which the model does not know",
        "no faces of disgust, fear, sad, surprise, neutral: where the model says so, it counts as "
        "wrong",
    )
    assert data.fingerprint != data_of("Happiness", "contempt", "Anger").fingerprint


def test_targets_and_votes_move_with_their_classes() -> None:
    shares = np.array(
        [[0.5, 0.25, 0.25], [0, 1, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0.5, 0.5]]
    )
    data = matched_to(
        data_of("happy", "contempt", "angry", targets=shares.astype("f4")), ("angry", "happy")
    )
    split = data.split("test")
    assert split.targets is not None
    assert split.votes is not None
    np.testing.assert_allclose(split.targets, [[1 / 3, 2 / 3], [0, 1], [1, 0], [1, 0]])
    np.testing.assert_allclose(split.votes, [[0.25, 0.5], [0, 0], [1, 0], [0.5, 0]])


def test_nothing_in_common_is_refused() -> None:
    with pytest.raises(InputError, match=r"own: its classes are tired, awake, .* none of them"):
        matched_to(data_of("tired", "awake"), FER2013_LABELS)


def test_another_data_set_is_judged_under_the_models_names(tmp_path: Path) -> None:
    affectnet = read_path(made_layouts.affectnet(tmp_path / "affectnet"))
    data = matched_to(affectnet, FER2013_LABELS)
    assert any(
        "left out: 4 faces of contempt (train 3, validation 1), which" in note
        for note in data.notes
    )
    assert len(data.split("train")) == 21
    for index, label in enumerate(FER2013_LABELS):
        before = affectnet.split("train").labels == affectnet.labels.index(label)
        after = data.split("train").labels == index
        np.testing.assert_array_equal(
            data.split("train").images[after], affectnet.split("train").images[before]
        )


def test_several_models_are_given_the_faces_that_all_know() -> None:
    data = data_of("Happiness", "contempt", "Anger", "tired")
    matched = matched_to_all(
        data, [("two", ("angry", "happy")), ("three", ("contempt", "happiness", "angry"))]
    )
    assert matched.labels == ("angry", "happy", "contempt")
    assert matched.split("test").labels.tolist() == [1, 1, 0, 0]
    assert matched.split("test").rows.tolist() == [0, 1, 4, 5]
    assert matched.notes == (
        "matched: Happiness is the model's happy",
        "matched: Anger is the model's angry",
        "left out: 2 faces of tired, which the model does not know",
        "left out: 2 faces of contempt, which two does not know",
    )
    assert matched.fingerprint != data.fingerprint


def test_models_of_the_datas_labels_leave_it_as_it_is() -> None:
    data = data_of("a", "b")
    assert matched_to_all(data, [("one", ("a", "b")), ("other", ("b", "a"))]) is data


def test_a_model_that_knows_none_of_the_faces_is_named() -> None:
    with pytest.raises(InputError, match=r"other: its labels are sad, the data's are happy, "):
        matched_to_all(data_of("happy", "angry"), [("one", ("happy",)), ("other", ("sad",))])
