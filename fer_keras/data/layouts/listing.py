"""What a layout says of a folder: pictures, their classes and splits; and the reading of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fer_keras.class_names import names_problem
from fer_keras.data.face_data import FACE_SIZE, SPLITS, FaceData, Split
from fer_keras.data.fingerprint import fingerprint
from fer_keras.data.labels import canonical_emotion, label_order
from fer_keras.data.read_faces import Box, CutFace, read_faces
from fer_keras.data.splitting import complete_splits
from fer_keras.errors import InputError

NewImages = Callable[[str, int], NDArray[np.uint8]]
"""Makes the array for a split's images, (count, 48, 48, 1): in memory, or mapped from a file."""


def in_memory(split: str, count: int) -> NDArray[np.uint8]:
    """A `NewImages` whose arrays no file backs."""
    return np.empty((count, FACE_SIZE, FACE_SIZE, 1), dtype=np.uint8)


class Picture(NamedTuple):
    """One labelled picture. A named tuple of strings: a million of them have to fit.

    Attributes:
        path: relative to the folder.
        label: the class as the layout calls it.
        split: train, validation, test, or "" where the layout doesn't say.
        subject: whoever must not stand in two splits, or "".
        box: left, top, right, bottom of the face in pixels, or None for the whole picture.
    """

    path: str
    label: str
    split: str = ""
    subject: str = ""
    box: Box | None = None


@dataclass(frozen=True)
class Listing:
    """All that a layout reads of a folder before any picture is opened.

    Attributes:
        layout: its name, for people.
        pictures: in the order in which they are numbered.
        notes: what was chosen or left, one line each.
        votes: float32, (n, vote names), annotators' votes, or None.
        vote_names: whose columns they are.
        portraits: whether pictures show more than the face, which is to be found and cut out.
    """

    layout: str
    pictures: Sequence[Picture]
    notes: Sequence[str] = ()
    votes: NDArray[np.float32] | None = None
    vote_names: Sequence[str] = ()
    portraits: bool = False


def read_listing(
    listing: Listing,
    contents: Iterable[Path | IO[bytes]],
    source: str,
    new_images: NewImages = in_memory,
) -> FaceData:
    """Open the pictures of a listing.

    Args:
        listing: from a layout.
        contents: for each picture its file, or its encoded bytes.
        source: the name of the data, for messages.
        new_images: makes the arrays that the faces are written into, one by one as they are read.

    Raises:
        InputError: naming all pictures that can't be read.
    """
    pictures = listing.pictures
    if not pictures:
        raise InputError(f"{source}: {listing.layout}, but without any picture")
    labels, index = label_order(picture.label for picture in pictures)
    classes = np.fromiter((index[picture.label] for picture in pictures), np.int64, len(pictures))
    problem = names_problem(labels)
    if problem:
        raise InputError(f"{source}: {problem}; rename it")
    names, split_notes = complete_splits(
        np.array([picture.split for picture in pictures]),
        classes,
        [picture.subject for picture in pictures] if pictures[0].subject else None,
    )
    rows = np.arange(len(pictures))
    members = {split: rows[names == split] for split in SPLITS if (names == split).any()}
    images = {split: new_images(split, len(member)) for split, member in members.items()}
    counts = read_faces(contents, pictures, names, images, source, _cutter(listing))
    votes = None
    if listing.votes is not None:
        columns = {canonical_emotion(name): at for at, name in enumerate(listing.vote_names)}
        votes = listing.votes[:, [columns[label] for label in labels]]
    splits = {
        split: Split(
            images[split], classes[member], member, votes=None if votes is None else votes[member]
        )
        for split, member in members.items()
    }
    notes = [
        _read_note(listing.layout, splits, labels),
        *listing.notes,
        *_spelling_notes(index, labels),
        *_missing_notes(splits, labels),
        *split_notes,
    ]
    if counts.without_face:
        notes.append(
            f"no face was found in {counts.without_face:,} of {len(pictures):,} pictures: they are "
            "taken whole"
        )
    if counts.converted:
        notes.append(
            f"{counts.converted:,} of {len(pictures):,} images were not {FACE_SIZE}x{FACE_SIZE} "
            "grey: converted and resized"
        )
    return FaceData(labels, splits, source, fingerprint(labels, splits), tuple(notes))


def _cutter(listing: Listing) -> CutFace | None:
    if not listing.portraits:
        return None
    from fer_keras.faces.largest_face import LargestFace

    return LargestFace()


def _read_note(layout: str, splits: dict[str, Split], labels: tuple[str, ...]) -> str:
    faces = ", ".join(f"{name} {len(split):,}" for name, split in splits.items())
    return f"read as {layout}: {faces} faces of {len(labels)} classes ({', '.join(labels)})"


def _spelling_notes(index: dict[str, int], labels: tuple[str, ...]) -> list[str]:
    spelled: dict[int, list[str]] = {}
    for name in sorted(index):
        spelled.setdefault(index[name], []).append(name)
    return [
        f"{' and '.join(spelled[number])} are one class, {label}"
        for number, label in enumerate(labels)
        if len(spelled[number]) > 1
    ]


def _missing_notes(splits: dict[str, Split], labels: tuple[str, ...]) -> list[str]:
    """A class that one split lacks is often a folder with a slip in its name."""
    notes = []
    for name, split in splits.items():
        there = np.bincount(split.labels, minlength=len(labels)) > 0
        missing = [label for label, seen in zip(labels, there, strict=True) if not seen]
        if missing:
            notes.append(f"{name} has no {', '.join(missing)}")
    return notes
