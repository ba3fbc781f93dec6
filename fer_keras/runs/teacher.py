"""A larger model's probabilities as soft targets (Hinton et al. 2015), computed once and kept.

Answers lie in the cache, under a key of the teacher's file and of all that decides what it is
shown; another teacher, other faces or other changes are another key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from fer_keras.data.batches import Answers, EpochPlan
from fer_keras.data.cache import cache_folder
from fer_keras.data.face_data import FaceData, part_fingerprint
from fer_keras.errors import InputError
from fer_keras.files import check_input_file, whole_file
from fer_keras.lock_file import locked
from fer_keras.models.keras_file import load_model
from fer_keras.models.model_file import read_labels
from fer_keras.runs.config import file_hash
from fer_keras.training.device import Device
from fer_keras.training.faces_on_device import beside_faces, feed
from fer_keras.training.recipe import Recipe
from fer_keras.training.targets import smoothed

BATCH = 512


def check_teacher(teacher: Path, data: FaceData) -> None:
    """Make sure that a teacher speaks of the data's classes.

    Args:
        teacher: a `.keras` file.
        data: what the student is trained on.

    Raises:
        InputError: if it does not, or is no model.
    """
    labels = read_labels(teacher)
    if labels != data.labels:
        raise InputError(
            f"teacher {teacher}: its labels are {', '.join(labels)}; the data's are "
            f"{', '.join(data.labels)}",
            "teacher",
        )


def plain_answers(teacher: Path, data: FaceData) -> NDArray[np.float32]:
    """What a teacher says of the training faces: the mean over each face and its mirror image.

    Args:
        teacher: a `.keras` file.
        data: what the student is trained on.

    Returns:
        float32, (n, classes), rows sum to 1.

    Raises:
        InputError: if it was trained for other labels.
    """
    check_teacher(teacher, data)
    split = data.split("train")
    folder = _folder(teacher, {"faces": part_fingerprint(data.labels, split), "view": "plain"})

    def answer() -> NDArray[np.floating]:
        model, _ = load_model(teacher)
        images = split.images.astype(np.float32)
        views = (images, images[:, :, ::-1])
        return sum(model.predict(faces, batch_size=BATCH, verbose=0) for faces in views) / 2

    return _kept(folder / "answers.npy", answer, len(split)).astype(np.float32)


def same_view_answers(
    teacher: Path,
    data: FaceData,
    recipe: Recipe,
    seed: int,
    plan: Callable[[int], EpochPlan],
    epochs: Sequence[int],
    device: Device,
    report: Callable[[str], None] = lambda line: None,
) -> Answers:
    """What a teacher says of the very faces that a student sees, epoch by epoch.

    All epochs that are not kept yet are answered before this returns. They serve every student of
    this seed, data and augmentation, whatever its architecture.

    Args:
        teacher: a `.keras` file.
        data: what the student is trained on.
        recipe: the student's.
        seed: of the student's training.
        plan: from `epoch_planner`.
        epochs: numbers of the epochs to come.
        device: where the teacher answers.
        report: called with a line where the teacher is asked.

    Returns:
        A function from an epoch's number to (n, classes), in the epoch's order, smoothed as the
        recipe says.

    Raises:
        InputError: if it was trained for other labels.
    """
    check_teacher(teacher, data)
    split = data.split("train")
    key = {
        "faces": part_fingerprint(data.labels, split),
        "view": "same",
        "seed": seed,
        "augmentation": dict(recipe.augmentation) if recipe.augmentation is not None else None,
        "precision": keras.config.dtype_policy().name,
        "mirror": recipe.mirror,
        "balance": recipe.balance,
        "mixup": recipe.mixup,
        # A face is mixed with another of its batch.
        "batch_size": recipe.batch_size if recipe.mixup else None,
    }
    folder = _folder(teacher, key)
    nothing = np.zeros((len(split), len(data.labels)), np.float32)
    models: list[keras.Model] = []

    def ask(epoch: int) -> NDArray[np.floating]:
        if not models:
            views = len({recipe.view(one) for one in epochs})
            report(f"asking {teacher} about {views} views of {len(split):,} faces")
            model, _ = load_model(teacher)
            _compute_in_the_precision_set(model)
            models.append(beside_faces(model, split.images, recipe, device))
        batches = feed(
            models[0],
            split.images,
            nothing,
            recipe,
            epochs=(epoch,),
            plan=plan,
            batch_size=recipe.batch_size if recipe.mixup else BATCH,
        )
        return models[0].predict(batches, verbose=0)

    def answers(epoch: int) -> NDArray[np.floating]:
        file = folder / f"epoch-{recipe.view(epoch):04d}.npy"
        kept = _kept(file, lambda: ask(epoch), len(split), np.float16).astype(np.float32)
        return smoothed(kept / kept.sum(axis=1, keepdims=True), recipe.label_smoothing)

    # Two students that start together ask once.
    with locked(folder / "asking.lock"):
        for epoch in epochs:
            answers(epoch)
    return answers


def _compute_in_the_precision_set(model: keras.Model) -> None:
    """Let a teacher's convolutions, nearly all of its time, run as the student's do.

    What is kept has 16 bits anyway, and the student is to agree within more than a rounding.
    """
    for layer in model._flatten_layers():  # an average holds models
        if isinstance(layer, keras.layers.Conv2D):
            layer.dtype_policy = keras.config.dtype_policy()


def _folder(teacher: Path, key: dict[str, Any]) -> Path:
    text = json.dumps({"teacher": file_hash(teacher), **key}, sort_keys=True)
    return cache_folder() / "teachers" / hashlib.sha256(text.encode()).hexdigest()[:32]


def _kept(
    file: Path,
    make: Callable[[], NDArray[np.floating]],
    count: int,
    dtype: type[np.floating] = np.float32,
) -> NDArray[Any]:
    try:
        check_input_file(file)
        values = np.load(file)
        if values.dtype == dtype and len(values) == count:
            return values
    except (OSError, ValueError, EOFError):
        pass  # not there, or cut off by a machine that went down: made anew
    values = np.asarray(make(), dtype=dtype)
    with whole_file(file) as temporary:
        np.save(temporary, values)
    return values
