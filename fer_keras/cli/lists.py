"""Options that hold several values: lists, ranges, NAME=VALUE."""

from __future__ import annotations

import json
import math
from typing import Any

from fer_keras.errors import InputError


def words(text: str) -> list[str]:
    """What stands between the commas.

    >>> words("float32, int8,")
    ['float32', 'int8']
    """
    return [word.strip() for word in text.split(",") if word.strip()]


def whole_numbers(text: str, argument: str, example: str) -> list[int]:
    """Whole numbers from 0.

    Args:
        text: as written by the user.
        argument: the option's, for the message.
        example: of what to write.

    Raises:
        InputError: if something else stands there.
    """
    parts = [word.strip() for word in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise InputError(f"{argument}: {text}; write whole numbers, such as {example}", argument)
    return [int(part) for part in parts]


def number_range(text: str, argument: str) -> tuple[float, float]:
    """Two numbers, the smaller one first.

    Args:
        text: as written by the user.
        argument: the option's, for the message.

    Raises:
        InputError: if something else stands there.
    """
    try:
        low, high = (float(word) for word in text.split(","))
    except ValueError:
        low = high = 0.0
    if not -math.inf < low < high < math.inf:
        raise InputError(
            f"{argument}: {text}; write two numbers, the smaller one first, such as -1,1", argument
        )
    return low, high


def builder_options(texts: list[str]) -> dict[str, Any]:
    """What `NAME=VALUE` texts mean, the values being JSON.

    Raises:
        InputError: if a value is none.
    """
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"option {text[:100]}: write NAME=VALUE with a JSON value, e.g. dropout=0.3",
                "option",
            ) from error
    return found
