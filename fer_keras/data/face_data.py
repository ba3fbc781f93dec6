"""Labelled faces in memory, where they came from, and a name for their content."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.face_pixels import FACE_SIZE as FACE_SIZE

SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class DataOrigin:
    """The arguments of `open_data`, so that the same data can be opened again.

    Attributes:
        spec: "synthetic", or the path of a table or folder.
        labels: `fer2013` or `ferplus`.
        ferplus: FER+'s table of votes, or None.
        ferplus_mode: `majority` or `distribution`.
        sizes: faces in the three splits of synthetic data, or None.
        class_order: what numbers for names of class folders mean, or None.
        seed: of synthetic data.
    """

    spec: str = SYNTHETIC
    labels: str = "fer2013"
    ferplus: Path | None = None
    ferplus_mode: str = "majority"
    sizes: tuple[int, int, int] | None = None
    class_order: tuple[str, ...] | None = None
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; paths are absolute, so that they are found from any folder."""
        return {
            "spec": self.spec if self.spec == SYNTHETIC else str(Path(self.spec).absolute()),
            "labels": self.labels,
            "ferplus": str(self.ferplus.absolute()) if self.ferplus else None,
            "ferplus_mode": self.ferplus_mode,
            "sizes": list(self.sizes) if self.sizes else None,
            "class_order": list(self.class_order) if self.class_order else None,
            "seed": self.seed,
        }

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> DataOrigin:
        """What `to_json` gave.

        Raises:
            KeyError, TypeError, ValueError: if these are other values.
        """
        sizes = values["sizes"]
        train, validation, test = sizes or (0, 0, 0)
        return DataOrigin(
            spec=str(values["spec"]),
            labels=str(values["labels"]),
            ferplus=Path(values["ferplus"]) if values["ferplus"] else None,
            ferplus_mode=str(values["ferplus_mode"]),
            sizes=(int(train), int(validation), int(test)) if sizes else None,
            class_order=tuple(values["class_order"]) if values["class_order"] else None,
            seed=int(values["seed"]),
        )


SPLITS = ("train", "validation", "test")
"""FER2013 calls them Training, PublicTest and PrivateTest."""


@dataclass(frozen=True, repr=False)
class Split:
    """One split of a data set, its arrays aligned by row.

    Attributes:
        images: uint8, (n, 48, 48, 1), grey values 0 to 255.
        labels: int64, (n,), index into `FaceData.labels`.
        rows: int64, (n,), where the face stands in its source: the 0-based data row of a CSV, or
            the position in the sorted list of a folder's files.
        targets: float32, (n, classes), soft targets whose rows sum to 1, or None where the labels
            are all there is.
        votes: float32, (n, classes), annotators' votes per class (FER+), or None.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    rows: NDArray[np.int64]
    targets: NDArray[np.float32] | None = None
    votes: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        extras = [name for name in ("targets", "votes") if getattr(self, name) is not None]
        return f"Split({', '.join([f'{len(self):,} faces', *extras])})"

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Split:
        """The rows at `index`, in its order."""
        return Split(
            images=self.images[index],
            labels=self.labels[index],
            rows=self.rows[index],
            targets=None if self.targets is None else self.targets[index],
            votes=None if self.votes is None else self.votes[index],
        )


@dataclass(frozen=True, repr=False)
class FaceData:
    """A data set: class names and its splits.

    Attributes:
        labels: class names, in the order of the label indices.
        splits: the splits that the source has, keyed by the names in `SPLITS`.
        source: what was read, for people: a path or "synthetic".
        fingerprint: sha256 (hex) of the labels and all arrays: equal data, equal fingerprint.
        notes: one line each for what was converted, dropped or chosen while reading.
        origin: how to open it again; None for arrays that were made in memory.
    """

    labels: tuple[str, ...]
    splits: Mapping[str, Split]
    source: str
    fingerprint: str
    notes: tuple[str, ...] = ()
    origin: DataOrigin | None = None

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {len(split):,}" for name, split in self.splits.items())
        return f"FaceData({self.source}: {counts} faces of {len(self.labels)} classes)"

    def split(self, name: str) -> Split:
        """The split called `name`.

        Raises:
            InputError: if the source has no such split; names those that it has.
        """
        if name not in self.splits:
            raise InputError(
                f"{self.source}: there is no {name} split; it has {', '.join(self.splits)}"
            )
        return self.splits[name]

    def exact_copies(self, name: str, of: str | Iterable[str] = "train") -> NDArray[np.bool_]:
        """Which faces of a split are pixel for pixel in another: a model may know them by heart.

        Args:
            name: the split whose faces are looked up.
            of: the split, or splits, in which they are looked up.

        Returns:
            bool, (n,), aligned with the rows of the split.

        Raises:
            InputError: if one of the splits is not there.
        """
        others = [of] if isinstance(of, str) else list(of)
        known = {image.tobytes() for other in others for image in self.split(other).images}
        return np.array([image.tobytes() in known for image in self.split(name).images], np.bool_)


def fingerprint(labels: tuple[str, ...], splits: Mapping[str, Split]) -> str:
    """Sha256 (64 hex digits) of the class names and of every array of every split.

    The order in which `splits` lists its splits doesn't count; the order of the faces does.
    Each array goes in with its name, type and shape, so that no two data sets can run together.
    """
    digest = hashlib.sha256()
    digest.update(repr(tuple(labels)).encode())
    for name in sorted(splits):
        for field, array in vars(splits[name]).items():
            if array is None:
                continue
            # Little-endian whatever the machine, so that the name travels.
            plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            digest.update(f"{name}/{field} {plain.dtype.str} {plain.shape}\n".encode())
            digest.update(plain.data if plain.size else b"")
    return digest.hexdigest()


def part_fingerprint(labels: tuple[str, ...], split: Split) -> str:
    """Sha256 (64 hex digits) of the class names and one split, wherever it stands in its source.

    The same faces of a file that has further splits have the same part fingerprint.
    """
    anywhere = dataclasses.replace(split, rows=np.arange(len(split)))
    return fingerprint(labels, {"part": anywhere})
