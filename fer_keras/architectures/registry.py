"""Every architecture by name, and the one way to build one from a recipe."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class PaperFigures:
    """Accuracies that "Touchy Feely" states for a stage on FER2013: fractions, or None."""

    train: float | None
    validation: float | None
    test: float | None


@dataclass(frozen=True)
class Architecture:
    """One registered builder.

    Attributes:
        name: what `build` takes.
        build: `build(classes, **options) -> keras.Model`; input float32 (n, 48, 48, 1), grey values
            0 to 255; output float32 (n, classes), probabilities.
        notation: its layers in the paper's bracket notation.
        paper: the paper's accuracies for it, or None for our own designs.
    """

    name: str
    build: Callable[..., keras.Model]
    notation: str
    paper: PaperFigures | None


ARCHITECTURES = {
    "baseline": "paper",
    "pooled": "paper",
    "batchnorm": "paper",
    "stacked": "paper",
    "final": "final",
    "final-slim": "final",
    "mobile-s": "mobile",
    "mobile-m": "mobile",
}
"""Every name, and the module that builds it: they load Keras, which takes seconds."""


def find_architecture(name: str) -> Architecture:
    """The architecture called `name`.

    Raises:
        InputError: if there is none; names all that there are.
    """
    if name not in ARCHITECTURES:
        raise InputError(
            f"arch {name}: unknown; take one of {', '.join(ARCHITECTURES)}", argument="arch"
        )
    module = import_module(f"fer_keras.architectures.{ARCHITECTURES[name]}")
    architecture: Architecture = getattr(module, name.upper().replace("-", "_"))
    return architecture


def build(
    arch: str, classes: int = 7, options: Mapping[str, Any] | None = None, **more: Any
) -> keras.Model:
    """Build an architecture by name.

    Args:
        arch: a key of `ARCHITECTURES`, such as `final` or `mobile-s`; `list_architectures` knows
            all of them.
        classes: number of outputs.
        options: arguments of its builder, as a recipe holds them.
        **more: the same as keywords: `build("final", dropout=0.3)`.

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities float32 (n, classes).

    Raises:
        InputError: if the name or an option is unknown, or the sizes leave nothing of the picture.
    """
    architecture = find_architecture(arch)
    options = {**(options or {}), **more}
    known = [p for p in inspect.signature(architecture.build).parameters if p != "classes"]
    for option in options:
        if option not in known:
            raise InputError(f"{arch} has no option {option}; it has {', '.join(known)}")
    try:
        with _channels_last():
            return architecture.build(classes, **options)
    except InputError:
        raise
    # Sizes that no memory holds, and whatever else Keras and its backends find in odd values.
    except (Exception, MemoryError) as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise InputError(f"{arch} can't be built with {options}: {reason}") from error


@contextmanager
def _channels_last() -> Iterator[None]:
    """Inside, Keras takes the last axis for the channels, whatever a user's keras.json says.

    With the first for them it would build other networks, without a word: of 48 channels.
    """
    import keras

    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_last")
    try:
        yield
    finally:
        keras.config.set_image_data_format(before)
