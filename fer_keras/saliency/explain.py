"""Faces of a data set or of photos, with what made a model name them as it does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FACE_SIZE, FaceData, Split
from fer_keras.errors import InputError
from fer_keras.models import ModelLike, load
from fer_keras.saliency.grid import ExplainedFace, explain_faces
from fer_keras.saliency.maps import check_method


def choose_at_random(
    among: NDArray[np.bool_], labels: NDArray[np.int64], label: int, n: int, seed: int
) -> NDArray[np.int64]:
    """Choose faces of one class; the same ones for the same seed.

    Args:
        among: bool, (faces,), those that may be chosen.
        labels: int64, (faces,).
        label: the class.
        n: how many; all there are where they are fewer.
        seed: not negative.

    Returns:
        int64, (n,) or shorter: indices, in rising order.
    """
    candidates = np.flatnonzero(among & (labels == label))
    # The class is part of the seed, so that asking for another class changes nothing here.
    order = np.random.default_rng((seed, label)).permutation(candidates)
    return np.sort(order[:n])


def find_rows(split: Split, rows: Sequence[int], name: str) -> NDArray[np.int64]:
    """Indices of faces by where they stand in the source.

    Args:
        split: the faces.
        rows: numbers as in `Split.rows`.
        name: of the split, for messages.

    Raises:
        InputError: if the split has no face from one of the rows.
    """
    places = {int(row): index for index, row in enumerate(split.rows)}
    for row in rows:
        if row not in places:
            raise InputError(
                f"rows: row {row} is not in the {name} split, whose rows go from "
                f"{split.rows.min()} to {split.rows.max()}",
                "rows",
            )
    return np.array([places[row] for row in rows], dtype=np.int64)


def label_number(name: str, labels: tuple[str, ...]) -> int:
    """The index of a class, by its name or another spelling of an emotion.

    Raises:
        InputError: if there is no such class.
    """
    from fer_keras.data.labels import canonical_emotion

    for spelling in (name.strip(), canonical_emotion(name)):
        if spelling in labels:
            return labels.index(spelling)
    raise InputError(f"emotion {name}: the data has {', '.join(labels)}", "emotion")


def explain_split(
    model: ModelLike,
    data: FaceData,
    split: str = "validation",
    *,
    emotions: Sequence[str] | None = None,
    n: int = 8,
    rows: Sequence[int] | None = None,
    wrong: bool = False,
    method: str = "smoothgrad",
    seed: int = 0,
) -> list[list[ExplainedFace]]:
    """Explain faces of a data set.

    Args:
        model: a run, a `.keras` file or a shipped name.
        data, split: the faces.
        emotions: only faces with these labels; None: all.
        n: faces of each label.
        rows: these rows of the source instead.
        wrong: only misclassified faces.
        method: one of `fer_keras.saliency.maps.METHODS`.
        seed: of the choice and of SmoothGrad's noise.

    Returns:
        A block of faces for each label.

    Raises:
        InputError: if the model has no gradients or other labels than the data, a row or a label
            does not exist, or no face fits.
    """
    check_method(method)
    if rows is not None and (emotions is not None or wrong):
        raise InputError("rows: go with neither `emotion` nor `wrong`, which choose others", "rows")
    network, labels = load(model)
    if labels != data.labels:
        raise InputError(
            f"model: its labels are {', '.join(labels)}, the data's are {', '.join(data.labels)}",
            "model",
        )
    faces = data.split(split)
    among = np.ones(len(faces), bool)
    if wrong:
        among = network.predict(faces.images, batch_size=256, verbose=0).argmax(1) != faces.labels
    blocks = []
    for index in _chosen(data, split, emotions, n, rows, among, seed):
        some = faces.take(index)
        truth = [data.labels[label] for label in some.labels]
        titles = [f"row {row}" for row in some.rows]
        blocks.append(explain_faces(network, labels, some.images, truth, titles, method, seed))
    if not blocks:
        raise InputError(
            f"{data.source}: the {split} split has no {'misclassified ' if wrong else ''}face with "
            f"{', '.join(emotions) if emotions else 'any label'}"
        )
    return blocks


def explain_photos(
    model: ModelLike, photos: Sequence[Path], *, method: str = "smoothgrad", seed: int = 0
) -> list[ExplainedFace]:
    """Explain the surest face of each photo.

    Args:
        model: a run, a `.keras` file or a shipped name.
        photos: their paths; one of 48x48 pixels is a face already.
        method, seed: as for `explain_split`.

    Raises:
        InputError: if the model has no gradients, or in a photo there is no face.
    """
    check_method(method)
    images = np.stack([_surest_face(photo) for photo in photos])
    network, labels = load(model)
    names = [photo.name for photo in photos]
    return explain_faces(network, labels, images, [None] * len(photos), names, method, seed)


def _surest_face(photo: Path) -> NDArray[np.uint8]:
    from fer_keras.detection import DEFAULT_DETECTOR, Detector
    from fer_keras.faces.crop import FRAMINGS, cut_face, frame_face, to_grey
    from fer_keras.picture_file import open_photo

    picture = open_photo(photo)
    grey = to_grey(picture)
    if grey.shape == (FACE_SIZE, FACE_SIZE):
        return grey[..., None]
    detector = Detector()
    found = detector.detect(picture)
    if found:
        square = frame_face(found[0], FRAMINGS[DEFAULT_DETECTOR], found[0].is_lying)
        return cut_face(grey, square)[..., None]
    tried = detector.what_was_tried(picture.shape[1], picture.shape[0])
    raise InputError(
        f"{photo}: no face found in it ({tried}); a face that is cut out already must be "
        f"{FACE_SIZE}x{FACE_SIZE} pixels"
    )


def _chosen(
    data: FaceData,
    split: str,
    emotions: Sequence[str] | None,
    n: int,
    rows: Sequence[int] | None,
    among: NDArray[Any],
    seed: int,
) -> list[NDArray[np.int64]]:
    """Indices of the faces to show, a block for each label that has some."""
    faces = data.split(split)
    if rows is not None:
        return [find_rows(faces, rows, split)]
    wanted = (
        range(len(data.labels))
        if emotions is None
        else [label_number(word, data.labels) for word in emotions]
    )
    blocks = [choose_at_random(among, faces.labels, label, n, seed) for label in wanted]
    return [block for block in blocks if len(block)]
