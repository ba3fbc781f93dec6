"""What a model says of one face."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Classification:
    """What a model says of one face.

    Attributes:
        label: the most probable class.
        probability: its probability.
        probabilities: of every class, in the order of the model's labels.
    """

    label: str
    probability: float
    probabilities: dict[str, float]
