"""From action units to pictures: the order in which the parts of a face are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.drawn.action_units import ActionUnit, Activations
from fer_keras.data.drawn.head import draw_beard, draw_head
from fer_keras.data.drawn.identity import draw_identities
from fer_keras.data.drawn.lower_face import draw_lower_face
from fer_keras.data.drawn.occlusion import draw_occlusions, draw_over_faces, draw_watermarks
from fer_keras.data.drawn.photograph import draw_shots, light, take
from fer_keras.data.drawn.upper_face import draw_upper_face
from fer_keras.data.drawn.view import canvas_of, draw_views


@dataclass(frozen=True)
class Nuisances:
    """Strength of all that changes a picture but not its label; 0 is off, 1 as in the data set.

    The list is that of the FER2013 literature: viewpoint and scale, lighting, covered faces
    (glasses, hands, hair, watermarks), blur and noise.
    """

    view: float = 1
    lighting: float = 1
    occlusion: float = 1
    blur: float = 1
    noise: float = 1


IN_THE_WILD = Nuisances()
"""As in the data set."""

STUDIO = Nuisances(view=0, lighting=0, occlusion=0, blur=0, noise=0)
"""Straight ahead, evenly lit, uncovered, sharp."""


def draw(moves: Activations, rng: np.random.Generator, nuisances: Nuisances) -> NDArray[np.uint8]:
    """Draw a batch of people who move their faces in the given way.

    Args:
        moves: strength of each action unit, float32 (n, 1, 1) each.
        rng: chooses the people, poses, light and covers: the same whatever the moves are.
        nuisances: strengths of what disturbs.

    Returns:
        uint8 (n, 48, 48, 1), grey values 0 to 255.
    """
    n = len(moves[ActionUnit.JAW_DROP])
    who = draw_identities(rng, n)
    canvas = canvas_of(draw_views(rng, n, nuisances.view))
    over = draw_occlusions(rng, n, nuisances.occlusion)
    shot = draw_shots(rng, n, nuisances.lighting, nuisances.blur, nuisances.noise)

    face = draw_head(canvas, who, moves)
    draw_beard(canvas, who, face)
    draw_lower_face(canvas, who, moves)
    draw_upper_face(canvas, who, moves)
    draw_over_faces(canvas, who, over)
    light(canvas, shot, face)
    draw_watermarks(canvas, over)
    return take(canvas, shot, rng)
