from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models.predictions import aligned_probabilities, find_model, probabilities


def test_every_face_gets_probabilities_in_its_own_row(
    trained_model: Path, drawn_faces: FaceData
) -> None:
    split = drawn_faces.split("validation")  # more than one batch
    found = probabilities(trained_model, split.images)
    assert found.shape == (350, 7)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    alone = probabilities(trained_model, split.images[300:301])
    np.testing.assert_allclose(found[300:301], alone, atol=1e-5)
    assert (found.argmax(1) == split.labels).mean() > 0.35
    assert probabilities(trained_model, split.images[:0]).shape == (0, 7)


def test_columns_follow_the_datas_labels(trained_model: Path, drawn_faces: FaceData) -> None:
    images = drawn_faces.split("validation").images[:5]
    turned = aligned_probabilities(trained_model, images, drawn_faces.labels[::-1])
    np.testing.assert_array_equal(turned[:, ::-1], probabilities(trained_model, images))
    with pytest.raises(InputError, match=r"its labels are angry.*the data's are cat, dog"):
        aligned_probabilities(trained_model, images, ("cat", "dog"))


def test_a_run_folder_means_its_best_model(trained_run: Path, tmp_path: Path) -> None:
    assert find_model(trained_run) == trained_run / "best.keras"
    with pytest.raises(InputError, match=r"without best\.keras"):
        find_model(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        find_model(tmp_path / "no.keras")
    (tmp_path / "model.h5").write_bytes(b"")
    with pytest.raises(InputError, match="not a model"):
        find_model(tmp_path / "model.h5")
