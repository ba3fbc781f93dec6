"""The emotions in all spellings, and the faces of one data set for a model of another."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData, Split, fingerprint
from fer_keras.errors import InputError

FER2013_LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""In the order of FER2013's numbers, 0 to 6."""

EMOTIONS = (*FER2013_LABELS, "contempt")
"""Those, and the eighth that AffectNet, CK+ and FER+ have."""

_SPELLINGS = {
    "angry": ("anger", "angriness"),
    "disgust": ("disgusted",),
    "fear": ("fearful", "afraid", "scared"),
    "happy": ("happiness", "happily", "joy", "joyful"),
    "sad": ("sadness",),
    "surprise": ("surprised", "suprise"),
    "neutral": ("neutrality",),
    "contempt": ("contemptuous",),
}
_CANONICAL = {
    spelling: label for label, spellings in _SPELLINGS.items() for spelling in (label, *spellings)
}


def canonical_emotion(name: str) -> str | None:
    """The word of `EMOTIONS` for an emotion, or None where `name` is none of them.

    Case and a leading number ("0_angry", "3 - Happy") don't count.

    ```python
    canonical_emotion("Happiness")  # "happy"
    ```
    """
    return _CANONICAL.get(name.strip().lower().lstrip("0123456789 _-."))


def same_class(name: str) -> str:
    """What the names of one class have in common: the emotion, or the name but for its case."""
    plain = unicodedata.normalize("NFC", name.strip())
    return canonical_emotion(plain) or plain.casefold()


def label_order(names: Iterable[str]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Labels for a set of class names, and the index of each name.

    Two spellings of one class ("anger" and "Angry", "Cat" and "cat") are one. If every class is one
    of `EMOTIONS`, the labels are those that there are, in that order. Otherwise they are the names
    as they stand, sorted.

    ```python
    label_order(["Sadness", "happy"])  # (("happy", "sad"), {"Sadness": 1, "happy": 0})
    ```
    """
    spellings: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        spellings.setdefault(same_class(name), []).append(name)
    if all(key in EMOTIONS for key in spellings):
        order = sorted(spellings, key=EMOTIONS.index)
        labels = tuple(order)
    else:
        order = list(spellings)
        labels = tuple(spellings[key][0] for key in order)
    index = {name: at for at, key in enumerate(order) for name in spellings[key]}
    return labels, index


def match_labels(names: Iterable[str], known: Iterable[str]) -> dict[str, str | None]:
    """For each class name the name that `known` has for the same class, or None.

    Spellings and synonyms of one emotion match, as case does.

    ```python
    match_labels(["Happiness", "contempt"], ["happy", "sad"])
    # {"Happiness": "happy", "contempt": None}
    ```
    """
    by_class = {same_class(name): name for name in known}
    return {name: by_class.get(same_class(name)) for name in names}


def matched_to(data: FaceData, labels: tuple[str, ...]) -> FaceData:
    """The faces whose class is one of `labels`, under those names and in that order.

    Names match by what they mean (`happiness` is `happy`). What has no match is left out, and a
    note says how many faces that were; so does one for a class of `labels` without faces.

    ```python
    import fer_keras as fk
    from fer_keras.data.labels import matched_to

    rafdb = matched_to(fk.open_data("RAF-DB"), fk.load("mobile-m")[1])
    ```

    Args:
        data: any data set.
        labels: the classes of a model.

    Returns:
        The data itself where its labels are these already.

    Raises:
        InputError: if no class matches.
    """
    if data.labels == labels:
        return data
    matches = match_labels(data.labels, labels)
    places = np.array([_place(matches[name], labels) for name in data.labels])
    if (places < 0).all():
        raise InputError(
            f"{data.source}: its classes are {', '.join(data.labels)}, the model's are "
            f"{', '.join(labels)}: none of them match"
        )
    left_out: dict[str, NDArray[np.int64]] = {}
    splits = {}
    for name, split in data.splits.items():
        known = places[split.labels] >= 0
        left_out[name] = np.bincount(split.labels[~known], minlength=len(data.labels))
        kept = split if known.all() else split.take(known)
        splits[name] = dataclasses.replace(
            kept,
            labels=places[kept.labels],
            targets=_moved_targets(kept, places, len(labels)),
            votes=None if kept.votes is None else _moved(kept.votes, places, len(labels)),
        )
    notes = [
        f"matched: {name} is the model's {match}"
        for name, match in matches.items()
        if match is not None and match != name
    ]
    notes += [
        f"left out: {_faces(name, {s: int(counts[at]) for s, counts in left_out.items()})}, which "
        "the model does not know"
        for at, (name, place) in enumerate(zip(data.labels, places, strict=True))
        if place < 0
    ]
    missing = [label for label in labels if label not in matches.values()]
    if missing:
        notes.append(
            f"no faces of {', '.join(missing)}: where the model says so, it counts as wrong"
        )
    return FaceData(labels, splits, data.source, fingerprint(labels, splits), (*data.notes, *notes))


def matched_to_all(data: FaceData, models: Sequence[tuple[str, tuple[str, ...]]]) -> FaceData:
    """The faces whose class every one of some models knows, so that all are judged on the same.

    Args:
        data: any data set.
        models: of each its name, for the notes, and its labels.

    Returns:
        The faces under the first model's labels, and behind these what only others know; the data
        itself where every model's labels are its own. Notes say what was matched and left out.

    Raises:
        InputError: if no class matches, or one model knows none of those that are left.
    """
    joint = all_labels([labels for _, labels in models])
    matched = data if sorted(joint) == sorted(data.labels) else matched_to(data, joint)
    for name, labels in models:
        known = match_labels(matched.labels, labels)
        lacking = [at for at, label in enumerate(matched.labels) if known[label] is None]
        left_out = {
            part: np.bincount(split.labels, minlength=len(matched.labels))[lacking]
            for part, split in matched.splits.items()
        }
        if not lacking or not sum(counts.sum() for counts in left_out.values()):
            continue
        splits = {
            part: split.take(~np.isin(split.labels, lacking))
            for part, split in matched.splits.items()
        }
        if not any(len(split) for split in splits.values()):
            raise InputError(
                f"{name}: its labels are {', '.join(labels)}, the data's are "
                f"{', '.join(data.labels)}; evaluate it on data with its own labels"
            )
        counts_of = {
            matched.labels[at]: {part: int(counts[n]) for part, counts in left_out.items()}
            for n, at in enumerate(lacking)
        }
        notes = [
            f"left out: {_faces(label, counts)}, which {name} does not know"
            for label, counts in counts_of.items()
            if sum(counts.values())
        ]
        print_of = fingerprint(matched.labels, splits)
        matched = FaceData(matched.labels, splits, data.source, print_of, (*matched.notes, *notes))
    return matched


def all_labels(sets: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The labels of the first set, then what the others know beside; names of one class are one."""
    joint: list[str] = []
    for labels in sets:
        joint += [label for label, match in match_labels(labels, joint).items() if match is None]
    return tuple(joint)


def _faces(name: str, counts: dict[str, int]) -> str:
    """How many faces of a class, and where there are several splits in which."""
    there = {split: count for split, count in counts.items() if count}
    where = ", ".join(f"{split} {count:,}" for split, count in there.items())
    many = f" ({where})" if len(counts) > 1 and there else ""
    return f"{sum(counts.values()):,} faces of {name}{many}"


def _place(label: str | None, labels: tuple[str, ...]) -> int:
    return -1 if label is None else labels.index(label)


def _moved(
    values: NDArray[np.float32], places: NDArray[np.int64], classes: int
) -> NDArray[np.float32]:
    """Columns where `places` puts them."""
    moved = np.zeros((len(values), classes), dtype=np.float32)
    known = places >= 0
    moved[:, places[known]] = values[:, known]
    return moved


def _moved_targets(
    split: Split, places: NDArray[np.int64], classes: int
) -> NDArray[np.float32] | None:
    if split.targets is None:
        return None
    moved = _moved(split.targets, places, classes)
    total = moved.sum(axis=1, keepdims=True)
    certain = np.eye(classes, dtype=np.float32)[places[split.labels]]
    return np.where(total > 0, moved / np.maximum(total, 1e-12), certain).astype(np.float32)
