"""What a model says of one face."""

from __future__ import annotations

from dataclasses import dataclass

UNSURE = "unsure"
"""Said in place of a label where the greatest probability is below the caller's limit."""


@dataclass(frozen=True)
class Classification:
    """What a model says of one face.

    Attributes:
        label: the most probable class, or `UNSURE`.
        probability: of the most probable class.
        probabilities: of every class, in the order of the model's labels.
    """

    label: str
    probability: float
    probabilities: dict[str, float]
