"""Splits that a data set lacks, taken out of what it has: always the same faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import Split

HELD_OUT_SEED = 2013
"""Seed for the faces held out of a data set without a validation split."""


def complete_splits(
    names: NDArray[np.str_], classes: NDArray[np.int64], subjects: Sequence[str] | None = None
) -> tuple[NDArray[np.str_], list[str]]:
    """Take validation, and test where nothing is split, out of what is there.

    A tenth of each class; where faces have subjects, a tenth of all by whole subjects, so that
    nobody stands in two splits.

    Args:
        names: (n,), the split of each face, "" where the data set doesn't say.
        classes: int64, (n,).
        subjects: (n,), whose face it is, or None.

    Returns:
        The split of each face, and what to say about it.
    """
    names = names.astype("U10")
    how = "a tenth of each class" if subjects is None else "a tenth, by whole subjects,"
    if (names == "").any():
        names[names == ""] = "train"
        names = _hold_out(names, classes, subjects, "test", 0.1)
        names = _hold_out(names, classes, subjects, "validation", 1 / 9)
        return names, [f"no splits: {how} is validation, a tenth test"]
    if (names == "train").any() and not (names == "validation").any():
        names = _hold_out(names, classes, subjects, "validation", 0.1)
        return names, [f"no validation split: {how} of train is validation"]
    return names, []


def _hold_out(
    names: NDArray[np.str_],
    classes: NDArray[np.int64],
    subjects: Sequence[str] | None,
    split: str,
    share: float,
) -> NDArray[np.str_]:
    random = np.random.default_rng(HELD_OUT_SEED)
    names = names.copy()
    if subjects is not None:
        return _hold_out_subjects(names, np.array(subjects), split, share, random)
    for label in np.unique(classes):
        candidates = np.flatnonzero((classes == label) & (names == "train"))
        # At least one, but never the only one.
        count = min(max(1, round(len(candidates) * share)), len(candidates) - 1)
        if count > 0:
            names[random.choice(candidates, count, replace=False)] = split
    return names


def _hold_out_subjects(
    names: NDArray[np.str_],
    subjects: NDArray[np.str_],
    split: str,
    share: float,
    random: np.random.Generator,
) -> NDArray[np.str_]:
    everyone, faces = np.unique(subjects[names == "train"], return_counts=True)
    order = random.permutation(len(everyone))
    so_far = np.cumsum(faces[order])
    # As many subjects as it takes to reach the share, at least one, but never all.
    count = min(int(np.searchsorted(so_far, share * so_far[-1])) + 1, len(everyone) - 1)
    chosen = np.isin(subjects, everyone[order[:count]]) & (names == "train")
    names[chosen] = split
    return names


def complete_table(splits: dict[str, Split]) -> tuple[dict[str, Split], list[str]]:
    """The same for a table: where it has a training split and no validation, a tenth of each class.

    Returns:
        The splits, and what to say about it.
    """
    if "train" not in splits or "validation" in splits:
        return splits, []
    train = splits["train"]
    names, notes = complete_splits(np.full(len(train), "train"), train.labels)
    parts = {name: train.take(names == name) for name in ("train", "validation")}
    if not len(parts["validation"]):
        return splits, []
    return {**parts, **{name: part for name, part in splits.items() if name != "train"}}, notes
