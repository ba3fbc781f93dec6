"""What a class may be called, in a data set and in a model file."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

LONGEST = 200
"""Letters of a name: a folder's may have 255 bytes."""

MOST = 10_000
"""Classes: no data set of faces has a hundredth."""


def names_problem(names: Sequence[str]) -> str | None:
    r"""What is wrong with the names of some classes, or None.

    A name stands in a line of its own in a model file, in tables and on pictures: line breaks,
    control characters and what is no letter in any encoding have no place in it.

    >>> names_problem(["happy", "sad"])
    >>> names_problem(["happy", "sad", "happy"])
    "two classes are called 'happy'"
    >>> names_problem(["hap\npy"])
    "the class name 'hap\\npy' holds a line break, a control character or bytes that are no letter"
    """
    if len(names) > MOST:
        return f"{len(names):,} classes; at most {MOST:,} are told apart"
    seen: set[str] = set()
    for name in names:
        if len(name) > LONGEST:
            return f"a class name of {len(name):,} letters; at most {LONGEST} have room"
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name):
            return (
                f"the class name {name!a} holds a line break, a control character or bytes "
                "that are no letter"
            )
        if name in seen:
            return f"two classes are called {name!r}"
        seen.add(name)
    return None
