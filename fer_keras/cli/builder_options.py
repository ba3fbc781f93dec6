"""Arguments of an architecture's builder, as the command line writes them."""

from __future__ import annotations

import json
from typing import Any

from fer_keras.errors import InputError


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
                argument="option",
            ) from error
    return found
