"""Labelled faces in memory: what every reader returns and everything else consumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.origin import DataOrigin
from fer_keras.errors import InputError
from fer_keras.face_pixels import FACE_SIZE as FACE_SIZE

SPLITS = ("train", "validation", "test")
"""FER2013 calls them Training, PublicTest and PrivateTest."""


@dataclass(frozen=True)
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

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Split:
        """The rows at `index`, in its order."""
        return Split(
            images=self.images[index],
            labels=self.labels[index],
            rows=self.rows[index],
            targets=None if self.targets is None else self.targets[index],
            votes=None if self.votes is None else self.votes[index],
        )


@dataclass(frozen=True)
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
