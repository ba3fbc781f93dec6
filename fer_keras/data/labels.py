"""The seven emotions of FER2013, and the spellings in which people write them."""

from __future__ import annotations

from collections.abc import Iterable

FER2013_LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""In the order of FER2013's numbers, 0 to 6."""

_SPELLINGS = {
    "angry": ("anger", "angriness"),
    "disgust": ("disgusted",),
    "fear": ("fearful", "afraid", "scared"),
    "happy": ("happiness", "happily", "joy", "joyful"),
    "sad": ("sadness",),
    "surprise": ("surprised", "suprise"),
    "neutral": ("neutrality",),
}
_CANONICAL = {
    spelling: label for label, spellings in _SPELLINGS.items() for spelling in (label, *spellings)
}


def canonical_emotion(name: str) -> str | None:
    """FER2013's word for an emotion, or None where `name` is none of the seven.

    Case and a leading number ("0_angry", "3 - Happy") don't count.
    """
    return _CANONICAL.get(name.strip().lower().lstrip("0123456789 _-."))


def label_order(names: Iterable[str]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Labels for a set of class names, and the index of each name.

    If every name is one of the seven emotions, in any spelling, the labels are FER2013's, all seven
    in its order; two spellings of one emotion ("anger", "angry") are one class. Otherwise they are
    the names as they stand, sorted.
    """
    names = sorted(set(names))
    emotions = {name: canonical_emotion(name) for name in names}
    known = [emotion for emotion in emotions.values() if emotion is not None]
    if known and len(known) == len(names):
        index = {name: FER2013_LABELS.index(label) for name, label in emotions.items() if label}
        return FER2013_LABELS, index
    return tuple(names), {name: position for position, name in enumerate(names)}
