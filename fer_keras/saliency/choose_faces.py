"""Which faces to show: by rule and seed, or by their rows in the source."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import Split
from fer_keras.errors import InputError


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
                argument="rows",
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
    raise InputError(f"emotion {name}: the data has {', '.join(labels)}", argument="emotion")
