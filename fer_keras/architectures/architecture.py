"""What the registry knows of an architecture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
