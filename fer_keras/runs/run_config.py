"""What a run's config.json must hold for anything to be done with the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fer_keras.errors import InputError
from fer_keras.training.recipe import recipe_from_json

MOST_SEED = 2**32 - 1
"""The largest seed that NumPy takes."""


def check_run_config(config: Mapping[str, Any], source: str) -> None:
    """Refuse a configuration that no training of ours has written.

    Args:
        config: what config.json holds.
        source: the file's name, for messages.

    Raises:
        InputError: naming the key that is missing or of the wrong kind.
    """
    for key, (fits, wanted) in {**_REQUIRED, **_OPTIONAL}.items():
        if key not in config:
            if key in _REQUIRED:
                raise InputError(f"{source}: has no {key}; put the run's own config.json back")
        elif not fits(config[key]):
            shown = repr(config[key])[:80]
            raise InputError(f"{source}: {key} is {shown}; it must be {wanted}")
    recipe_from_json(config["recipe"], f"{source}: recipe")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _or_null(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _is_object(of: Callable[[Any], bool] = lambda value: True) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(of, value.values()))


def _are_labels(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(map(_is_text, value))
        and len(set(value)) == len(value)
    )


_Check = tuple[Callable[[Any], bool], str]
_TEXT_OR_NULL: _Check = (_or_null(_is_text), "a text or null")

_REQUIRED: dict[str, _Check] = {
    "recipe": (_is_object(), "an object in braces"),
    "seed": (lambda value: _is_whole(value) and 0 <= value <= MOST_SEED, "a whole number from 0"),
    "precision": (_is_text, "a name in quotes"),
    "labels": (_are_labels, "a list of different names"),
    "fingerprint": (_is_text, "a text"),
    "faces": (_is_object(_is_whole), "an object of whole numbers"),
}
_OPTIONAL: dict[str, _Check] = {
    "data": (_or_null(_is_object()), "an object in braces or null"),
    "parts": (_is_object(_is_text), "an object of texts"),
    "versions": (_is_object(_is_text), "an object of texts"),
    "device": (_is_text, "a text"),
    "patience": (
        _or_null(lambda value: _is_whole(value) and value >= 1),
        "a whole number from 1 or null",
    ),
    "tensorboard": (lambda value: isinstance(value, bool), "true or false"),
    "extended": (lambda value: isinstance(value, list), "a list"),
    **dict.fromkeys(
        ("teacher", "teacher_sha256", "start", "start_sha256", "device_choice", "git_commit"),
        _TEXT_OR_NULL,
    ),
}
