"""The emotions of FER2013 and contempt, and the spellings in which people write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

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
