"""What the seven expressions of FER2013 are made of, and how a face wears one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.drawn.canvas import Numbers
from fer_keras.data.labels import FER2013_LABELS


class ActionUnit(IntEnum):
    """Action units of the Facial Action Coding System (Ekman, Friesen and Hager, 2002)."""

    INNER_BROW_RAISER = 1
    OUTER_BROW_RAISER = 2
    BROW_LOWERER = 4
    UPPER_LID_RAISER = 5
    CHEEK_RAISER = 6
    LID_TIGHTENER = 7
    NOSE_WRINKLER = 9
    LIP_CORNER_PULLER = 12
    LIP_CORNER_DEPRESSOR = 15
    LOWER_LIP_DEPRESSOR = 16
    CHIN_RAISER = 17
    LIP_STRETCHER = 20
    LIP_TIGHTENER = 23
    LIPS_PART = 25
    JAW_DROP = 26


Activations = dict[ActionUnit, Numbers]
"""Strength of every action unit, each float32 (n, 1, 1): 0 at rest, 1 at full, up to 1.3."""


@dataclass(frozen=True)
class Expression:
    """One row of the table: the action units of an expression.

    Attributes:
        label: name in FER2013.
        units: FACS numbers of the action units that make the expression.
        at_times: FACS numbers of those that come along in every third face.
    """

    label: str
    units: tuple[int, ...]
    at_times: tuple[int, ...] = ()


# The prototypes are those of EMFACS (Friesen and Ekman, 1983), as tabled in the FACS
# Investigator's Guide; neutral is the face at rest.
EXPRESSIONS = (
    Expression("angry", units=(4, 5, 7, 23), at_times=(17,)),
    Expression("disgust", units=(9, 15, 16), at_times=(4, 25)),
    Expression("fear", units=(1, 2, 4, 5, 20, 25), at_times=(26,)),
    Expression("happy", units=(6, 12), at_times=(25, 26)),
    Expression("sad", units=(1, 4, 15), at_times=(17,)),
    Expression("surprise", units=(1, 2, 5, 26), at_times=(25,)),
    Expression("neutral", units=()),
)

AT_TIMES = 1 / 3
"""Share of faces in which a unit of `at_times` joins in."""

UNITS = tuple(ActionUnit)


@dataclass(frozen=True)
class Subtlety:
    """How far faces stray from the prototypes; the hardness of the data set lies here.

    Attributes:
        weakest: intensity of the faintest expression; the strongest has 1.
        unit_spread: each unit's own factor is drawn from 1 ± this.
        missing: share of an expression's units that stay at rest.
        blend: share of faces that wear a second expression below their own.
        blend_strength: most that the second may have, relative to the first.
        restless: most that a unit moves without being part of any expression.
    """

    weakest: float = 0.72
    unit_spread: float = 0.2
    missing: float = 0.04
    blend: float = 0.25
    blend_strength: float = 0.35
    restless: float = 0.1


EVERYDAY = Subtlety()
"""As in the data set."""

PROTOTYPES = Subtlety(weakest=1, unit_spread=0, missing=0, blend=0, blend_strength=0, restless=0)
"""Every face at full strength, all of one mould."""


def _weights(units: str) -> NDArray[np.float32]:
    """Float32 (7, 15): 1 where an expression has a unit in its column `units`."""
    by_label = {row.label: getattr(row, units) for row in EXPRESSIONS}
    return np.array(
        [[unit in by_label[label] for unit in UNITS] for label in FER2013_LABELS], np.float32
    )


_ALWAYS = _weights("units")
_AT_TIMES = _weights("at_times")


def activations(
    labels: NDArray[np.int64], rng: np.random.Generator, subtlety: Subtlety
) -> Activations:
    """Draw how strongly each face moves each action unit.

    Args:
        labels: int64 (n,), index into FER2013_LABELS.
        rng: is advanced by the same number of draws whatever the labels are.
        subtlety: how far from the prototypes.

    Returns:
        float32 (n, 1, 1) per action unit, 0 to 1.3.
    """
    n, k = len(labels), len(UNITS)
    second = (labels + rng.integers(1, len(EXPRESSIONS), n)) % len(EXPRESSIONS)
    intensity = rng.uniform(subtlety.weakest, 1, (n, 1))
    blended = rng.random((n, 1)) < subtlety.blend
    below = blended * rng.uniform(0, subtlety.blend_strength, (n, 1))
    joins = rng.random((n, k)) < AT_TIMES
    stays = rng.random((n, k)) < subtlety.missing
    own_factor = rng.uniform(1 - subtlety.unit_spread, 1 + subtlety.unit_spread, (n, k))
    restless = rng.uniform(0, 1, (n, k)) ** 2 * subtlety.restless

    first = np.maximum(_ALWAYS[labels] * ~stays, _AT_TIMES[labels] * joins)
    strength = np.maximum(first, below * _ALWAYS[second]) * intensity * own_factor
    strength = np.clip(strength + restless, 0, 1.3).astype(np.float32)
    return {unit: strength[:, i, None, None] for i, unit in enumerate(UNITS)}
