"""The facial movements that the drawn faces can make, numbered as in FACS."""

from __future__ import annotations

from enum import IntEnum

from fer_keras.data.drawn.random_numbers import Numbers


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
