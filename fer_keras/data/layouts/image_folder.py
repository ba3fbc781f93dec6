"""Faces as image files, a folder for each class.

train/<class>/*.jpg  test/<class>/*.jpg     and, if there, validation/<class>/*.jpg
<class>/*.jpg                               without splits
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.archive import IMAGE_SUFFIXES
from fer_keras.data.face_data import FACE_SIZE, SPLITS, Split
from fer_keras.data.labels import label_order
from fer_keras.data.read_faces import read_faces
from fer_keras.errors import InputError

HELD_OUT_SEED = 2013
"""Seed for the faces held out of a folder without a validation split."""

FOLDERS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "publictest": "validation",
    "test": "test",
    "testing": "test",
    "privatetest": "test",
}
PREFIXES = {"training_": "train", "publictest_": "validation", "privatetest_": "test"}
"""What FER2013's image form calls its files."""


def read_image_folder(
    folder: Path, source: str
) -> tuple[tuple[str, ...], dict[str, Split], tuple[str, ...]]:
    """The labels, splits and notes of a folder of images.

    Args:
        folder: has split folders, or class folders.
        source: its name, for messages.

    Raises:
        InputError: if there are no images, or one can't be decoded.
    """
    root = _inner(folder)
    split_folders = [
        (FOLDERS[child.name.lower()], child)
        for child in sorted(_visible(root))
        if child.is_dir() and child.name.lower() in FOLDERS
    ]
    files: list[tuple[str, str, Path]] = []  # split, class, path
    skipped = 0
    for split, child in split_folders or [("", root)]:
        for class_folder in sorted(path for path in _visible(child) if path.is_dir()):
            for path in sorted(_visible(class_folder)):
                if path.suffix.lower() in IMAGE_SUFFIXES:
                    files.append((_split_of(path, split), class_folder.name, path))
                else:
                    skipped += 1
    if not files:
        raise InputError(
            f"{source}: no images found; expected train/<class>/*.jpg and test/<class>/*.jpg, "
            "or <class>/*.jpg"
        )
    labels, index = label_order(name for _, name, _ in files)
    classes = np.array([index[name] for _, name, _ in files], dtype=np.int64)
    names = np.array([split for split, _, _ in files])
    names, notes = _complete_splits(names, classes, split_given=bool(split_folders))
    images, converted = read_faces([path for _, _, path in files], source, folder)
    if converted:
        notes.append(
            f"{converted:,} of {len(files):,} images were not {FACE_SIZE}x{FACE_SIZE} grey: "
            "converted and resized"
        )
    if skipped:
        notes.append(f"{skipped:,} files in class folders are no {' '.join(IMAGE_SUFFIXES)}: left")
    rows = np.arange(len(files))
    splits = {
        split: Split(images[names == split], classes[names == split], rows[names == split])
        for split in SPLITS
        if (names == split).any()
    }
    return labels, splits, tuple(notes)


def _inner(folder: Path) -> Path:
    """Through folders that hold nothing but one folder, as archives often have them."""
    children = _visible(folder)
    while len(children) == 1 and children[0].is_dir() and not _has_images(children[0]):
        if children[0].name.lower() in FOLDERS:
            break
        folder = children[0]
        children = _visible(folder)
    return folder


def _visible(folder: Path) -> list[Path]:
    """Without what systems leave behind: .DS_Store, ._angry.jpg, __MACOSX, .ipynb_checkpoints."""
    return [child for child in folder.iterdir() if not child.name.startswith((".", "__MACOSX"))]


def _has_images(folder: Path) -> bool:
    return any(path.suffix.lower() in IMAGE_SUFFIXES for path in folder.iterdir())


def _split_of(path: Path, folder_split: str) -> str:
    name = path.name.lower()
    for prefix, split in PREFIXES.items():
        if name.startswith(prefix):
            return split
    return folder_split


def _complete_splits(
    names: NDArray[np.str_], classes: NDArray[np.int64], *, split_given: bool
) -> tuple[NDArray[np.str_], list[str]]:
    """Take what is missing out of what is there: a tenth of each class, always the same."""
    names = names.astype("U10")
    if not split_given and (names == "").any():
        names[names == ""] = "train"
        names = _hold_out(names, classes, "test", 0.1)
        names = _hold_out(names, classes, "validation", 1 / 9)
        return names, ["no split folders: a tenth of each class is validation, a tenth test"]
    if (names == "train").any() and not (names == "validation").any():
        names = _hold_out(names, classes, "validation", 0.1)
        return names, ["no validation folder: a tenth of each class of train is validation"]
    return names, []


def _hold_out(
    names: NDArray[np.str_], classes: NDArray[np.int64], split: str, share: float
) -> NDArray[np.str_]:
    random = np.random.default_rng(HELD_OUT_SEED)
    names = names.copy()
    for label in np.unique(classes):
        candidates = np.flatnonzero((classes == label) & (names == "train"))
        # At least one, but never the only one.
        count = min(max(1, round(len(candidates) * share)), len(candidates) - 1)
        if count > 0:
            names[random.choice(candidates, count, replace=False)] = split
    return names
