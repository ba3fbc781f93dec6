"""A larger model's probabilities as soft targets (Hinton et al. 2015), computed once and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model
from fer_keras.runs.run_folder import RunFolder


def teacher_probabilities(teacher: RunFolder, data: FaceData) -> NDArray[np.float32]:
    """What the teacher says of the training faces: the mean over each face and its mirror image.

    The answer is kept in the teacher's folder, by the data's fingerprint.

    Args:
        teacher: a finished run.
        data: the data that the student is trained on.

    Returns:
        float32, (n, classes), rows sum to 1.

    Raises:
        InputError: if the teacher was trained for other labels.
    """
    kept = teacher.path / f"train-probabilities-{data.fingerprint[:16]}.npy"
    if kept.exists():
        return np.asarray(np.load(kept), dtype=np.float32)
    model, labels = load_model(teacher.best_model)
    if labels != data.labels:
        raise InputError(
            f"teacher {teacher.path}: its labels are {', '.join(labels)}; the data's are "
            f"{', '.join(data.labels)}",
            argument="teacher",
        )
    images = data.split("train").images.astype(np.float32)
    answer = sum(
        model.predict(faces, batch_size=256, verbose=0) for faces in (images, images[:, :, ::-1])
    )
    probabilities = np.asarray(answer / 2, dtype=np.float32)
    _write(kept, probabilities)
    return probabilities


def _write(path: Path, values: NDArray[np.float32]) -> None:
    temporary = path.with_name(f".partial-{path.name}")
    np.save(temporary, values)
    temporary.replace(path)
