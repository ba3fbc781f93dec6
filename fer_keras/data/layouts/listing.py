"""What a layout says of a folder: pictures, their classes and splits; and the reading of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fer_keras.data.face_data import FACE_SIZE, SPLITS, FaceData, Split, fingerprint
from fer_keras.data.labels import canonical_emotion, label_order
from fer_keras.data.splitting import complete_splits
from fer_keras.errors import InputError
from fer_keras.models.model_file import names_problem
from fer_keras.picture_file import read_picture

TOGETHER = 4096
"""Pictures that are decoded before they go to where they belong."""

NAMED = 20
"""Broken pictures that an error names; the rest is counted."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom lie outside."""


CutFace = Callable[[NDArray[np.uint8]], NDArray[np.uint8] | None]
"""Cuts a face (48, 48) out of a picture (height, width, 3); None where it finds none."""


class ReadCounts(NamedTuple):
    """What was done to the pictures.

    Attributes:
        converted: were not 48x48 and grey.
        without_face: were to be cut, but no face was found: they are taken whole.
    """

    converted: int
    without_face: int


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


def read_faces(
    contents: Iterable[Path | IO[bytes]],
    pictures: Sequence[Picture],
    names: NDArray[np.str_],
    images: Mapping[str, NDArray[np.uint8]],
    source: str,
    cut: CutFace | None = None,
) -> ReadCounts:
    """Read pictures into the arrays of their splits; no more than `TOGETHER` are held beside them.

    Args:
        contents: (n,), each picture's file, encoded.
        pictures: (n,).
        names: (n,), the split of each.
        images: for each split uint8, (its faces, 48, 48, 1), written in the pictures' order.
        source: the name of the data, for messages.
        cut: cuts the face out of each picture; None: they are faces, or have a box.

    Returns:
        How many had to be converted, and in how many no face was found.

    Raises:
        InputError: naming the pictures that can't be decoded, all that fit on a line.
    """
    filled = dict.fromkeys(images, 0)
    broken: list[str] = []
    converted = without_face = 0
    left = iter(contents)

    def read(picture: Picture, content: Path | IO[bytes]) -> ReadFace | str:
        try:
            return read_face(content, picture.box, cut)
        except InputError as error:
            return f"{picture.path} ({error})"

    with ThreadPoolExecutor() as pool:
        for start in range(0, len(pictures), TOGETHER):
            some = pictures[start : start + TOGETHER]
            read_ones = pool.map(read, some, islice(left, len(some)))
            for split, face in zip(names[start : start + TOGETHER], read_ones, strict=True):
                if isinstance(face, str):
                    broken.append(face)
                    continue
                images[split][filled[split]] = face.face
                filled[split] += 1
                converted += face.converted
                without_face += not face.found
    if broken:
        more = f" and {len(broken) - NAMED:,} more" if len(broken) > NAMED else ""
        count = f"{len(broken):,} pictures" if len(broken) > 1 else "a picture"
        raise InputError(
            f"{source}: {count} can't be decoded as an image: {', '.join(broken[:NAMED])}{more}; "
            "remove or replace them"
        )
    return ReadCounts(converted, without_face)


class ReadFace(NamedTuple):
    """A picture as a face.

    Attributes:
        face: uint8, (48, 48, 1), grey.
        converted: whether it had to be converted or resized.
        found: whether a face was found, where one was to be cut out.
    """

    face: NDArray[np.uint8]
    converted: bool
    found: bool = True


def read_face(
    file: Path | IO[bytes], box: Box | None = None, cut: CutFace | None = None
) -> ReadFace:
    """Read a picture in one of `picture_file.FORMATS`; its EXIF rotation is honoured.

    Raises:
        InputError: why it can't be decoded; its name is left to the caller.
    """
    picture = read_picture(file)
    if cut is not None:
        found = cut(np.asarray(picture.convert("RGB")))
        if found is not None:
            return ReadFace(found[..., None], converted=True)
    whole = picture.size == (FACE_SIZE, FACE_SIZE) and box in (None, (0, 0, FACE_SIZE, FACE_SIZE))
    plain = whole and picture.mode == "L" and not picture.info["converted"]
    face = picture.convert("L")
    if not whole:
        if box is not None:
            face = face.crop(_inside(box, face.size))
        face = face.resize(
            (FACE_SIZE, FACE_SIZE),
            Image.Resampling.BOX if min(face.size) >= 2 * FACE_SIZE else Image.Resampling.BICUBIC,
        )
    return ReadFace(np.asarray(face, dtype=np.uint8)[..., None], not plain, found=cut is None)


def _inside(box: Box, size: tuple[int, int]) -> Box:
    """The part of a box that lies in a picture of that width and height."""
    left, top, right, bottom = box
    inner = max(left, 0), max(top, 0), min(right, size[0]), min(bottom, size[1])
    if inner[0] >= inner[2] or inner[1] >= inner[3]:
        raise InputError(f"its box {box} lies outside the picture of {size[0]}x{size[1]}")
    return inner


NewImages = Callable[[str, int], NDArray[np.uint8]]
"""Makes the array for a split's images, (count, 48, 48, 1): in memory, or mapped from a file."""


def in_memory(split: str, count: int) -> NDArray[np.uint8]:
    """A `NewImages` whose arrays no file backs."""
    return np.empty((count, FACE_SIZE, FACE_SIZE, 1), dtype=np.uint8)


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
    _refuse_doubles(listing, source)
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


def _refuse_doubles(listing: Listing, source: str) -> None:
    """A face that a list names twice would count twice, under two classes perhaps."""
    seen: set[tuple[str, Box | None]] = set()
    for picture in listing.pictures:
        if (picture.path, picture.box) in seen:
            raise InputError(
                f"{source}: the list of {listing.layout} names {picture.path} a second time; "
                "keep one of its lines"
            )
        seen.add((picture.path, picture.box))


def _cutter(listing: Listing) -> CutFace | None:
    if not listing.portraits:
        return None
    from fer_keras.faces.crop import LargestFace

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
