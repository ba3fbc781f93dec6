"""Every architecture by name, and the one way to build one from a recipe."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fer_keras.architectures.architecture import Architecture
from fer_keras.architectures.baseline import BASELINE
from fer_keras.architectures.batchnorm import BATCHNORM
from fer_keras.architectures.final import FINAL
from fer_keras.architectures.final_slim import FINAL_SLIM
from fer_keras.architectures.mobile import MOBILE_M, MOBILE_S
from fer_keras.architectures.pooled import POOLED
from fer_keras.architectures.stacked import STACKED
from fer_keras.errors import InputError

if TYPE_CHECKING:
    import keras

ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        BASELINE,
        POOLED,
        BATCHNORM,
        STACKED,
        FINAL,
        FINAL_SLIM,
        MOBILE_S,
        MOBILE_M,
    )
}


def find_architecture(name: str) -> Architecture:
    """The architecture called `name`.

    Raises:
        InputError: if there is none; names all that there are.
    """
    if name not in ARCHITECTURES:
        raise InputError(
            f"arch {name}: unknown; take one of {', '.join(ARCHITECTURES)}", argument="arch"
        )
    return ARCHITECTURES[name]


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
        return architecture.build(classes, **options)
    except InputError:
        raise
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{arch} can't be built with {options}: {reason}") from error
