from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fer_keras.data.drawn.dataset import IN_THE_WILD, STUDIO, Nuisances, draw
from fer_keras.data.drawn.expressions import UNITS, ActionUnit, Activations
from fer_keras.data.drawn.head import draw_head
from fer_keras.data.drawn.identity import draw_identities
from fer_keras.data.drawn.photograph import canvas_of, draw_shots, draw_views

N = 96

# The part of a face that each unit moves, as rows of the 48 (eyes near 22, mouth near 37).
FOREHEAD_AND_BROWS = (4, 22)
EYES = (15, 29)
NOSE_AND_EYES = (11, 40)
CHEEKS_AND_EYES = (15, 34)
SMILE = (24, 44)
MOUTH_AND_CHIN = (29, 48)
WHERE = {
    1: FOREHEAD_AND_BROWS,
    2: FOREHEAD_AND_BROWS,
    4: FOREHEAD_AND_BROWS,
    5: EYES,
    6: CHEEKS_AND_EYES,
    7: EYES,
    9: NOSE_AND_EYES,
    12: SMILE,
    15: MOUTH_AND_CHIN,
    16: MOUTH_AND_CHIN,
    17: MOUTH_AND_CHIN,
    20: MOUTH_AND_CHIN,
    23: MOUTH_AND_CHIN,
    25: MOUTH_AND_CHIN,
    26: MOUTH_AND_CHIN,
}


def at_rest(n: int) -> Activations:
    """A face that moves nothing: zeros, float32 (n, 1, 1) per action unit."""
    return {unit: np.zeros((n, 1, 1), np.float32) for unit in UNITS}


def drawn(nuisances: Nuisances = STUDIO, seed: int = 0, **strength: float) -> np.ndarray:
    """Float32 (N, 48, 48): people who move the units named like `au12`."""
    moves = at_rest(N)
    for name, value in strength.items():
        moves[ActionUnit(int(name.removeprefix("au")))][...] = value
    return draw(moves, np.random.default_rng(seed), nuisances)[..., 0].astype(np.float32)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: f"AU{unit.value}-{unit.name.lower()}")
def test_a_unit_changes_the_face_where_it_acts_and_nowhere_else(unit: ActionUnit) -> None:
    change = np.abs(drawn(**{f"au{unit.value}": 1}) - drawn())
    top, bottom = WHERE[unit]
    # On each face a visible change, of 12 grey values or more in some pixels ...
    assert ((change > 12).sum(axis=(1, 2)) >= 4).mean() > 0.9
    # ... all of it in the unit's part.
    outside = np.delete(change, np.s_[top:bottom], axis=1)
    assert outside.sum() < 0.02 * change.sum()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: f"AU{unit.value}")
def test_half_a_move_changes_less_than_a_whole_one(unit: ActionUnit) -> None:
    rest, half, whole = (drawn(**{f"au{unit.value}": s}) for s in (0, 0.5, 1))
    assert 0 < np.abs(half - rest).mean() < np.abs(whole - rest).mean()


def darkness_row(faces: np.ndarray, rows: slice, columns: slice) -> np.ndarray:
    """Mean row of what is darker than the part's median, per face."""
    part = faces[:, rows, columns]
    dark = np.maximum(np.median(part, axis=(1, 2), keepdims=True) - part, 0) ** 2
    heights = np.arange(part.shape[1])[:, None]
    return (dark * heights).sum(axis=(1, 2)) / dark.sum(axis=(1, 2))


@pytest.mark.parametrize(
    ("unit", "rows", "columns", "direction"),
    [
        ("au1", slice(8, 19), slice(18, 23), "up"),
        ("au2", slice(8, 19), slice(13, 17), "up"),
        ("au2", slice(8, 19), slice(10, 13), "up"),
        ("au4", slice(8, 21), slice(12, 20), "down"),
        ("au12", slice(30, 44), slice(15, 19), "up"),
        ("au15", slice(30, 44), slice(16, 19), "down"),
        ("au26", slice(31, 46), slice(20, 28), "down"),
    ],
)
def test_features_move_the_way_that_facs_says(
    unit: str, rows: slice, columns: slice, direction: str
) -> None:
    shift = darkness_row(drawn(**{unit: 1}), rows, columns) - darkness_row(drawn(), rows, columns)
    assert np.median(shift) < -0.3 if direction == "up" else np.median(shift) > 0.3


@pytest.mark.parametrize(
    ("unit", "rows", "columns"),
    [
        pytest.param("au1", slice(5, 12), slice(18, 30), id="AU1-forehead"),
        pytest.param("au4", slice(11, 18), slice(20, 28), id="AU4-between-the-brows"),
        pytest.param("au6", slice(18, 27), slice(7, 12), id="AU6-crows-feet"),
        pytest.param("au9", slice(18, 26), slice(20, 28), id="AU9-bridge-of-the-nose"),
        pytest.param("au12", slice(29, 35), slice(13, 20), id="AU12-nasolabial"),
        pytest.param("au17", slice(40, 47), slice(19, 29), id="AU17-chin"),
    ],
)
def test_the_skin_folds_where_a_unit_pulls(unit: str, rows: slice, columns: slice) -> None:
    darker = (drawn() - drawn(**{unit: 1}))[:, rows, columns]
    assert ((darker > 8).sum(axis=(1, 2)) >= 3).mean() > 0.8


def test_lids_open_with_au5_and_close_with_au7() -> None:
    eyes = np.s_[:, 18:26, 12:19]
    rest = drawn()[eyes]
    # The white of the eye is the brightest thing between the lids.
    bright = (rest.max(axis=(1, 2)) * 0.9)[:, None, None]
    opened, shown, tightened = (
        (faces > bright).sum(axis=(1, 2)).mean()
        for faces in (drawn(au5=1)[eyes], rest, drawn(au7=1)[eyes])
    )
    assert opened > shown > tightened


def test_the_same_people_whatever_they_do() -> None:
    # The upper rim of the picture has hair and backdrop only.
    np.testing.assert_array_equal(drawn(au26=1, au12=1)[:, :3], drawn()[:, :3])


@pytest.mark.parametrize("name", ["view", "lighting", "occlusion", "blur", "noise"])
def test_each_nuisance_can_be_turned_on_alone(name: str) -> None:
    plain = drawn()
    disturbed = drawn(replace(STUDIO, **{name: 1.0}))
    changed = (plain != disturbed).any(axis=(1, 2)).mean()
    few = {"occlusion": (0.2, 0.7), "blur": (0.3, 0.7)}
    low, high = few.get(name, (0.95, 1))
    assert low <= changed <= high


def test_noise_blur_and_light_do_what_their_names_say() -> None:
    def roughness(faces: np.ndarray) -> float:
        return float(np.abs(np.diff(faces, axis=2)).mean())

    def side_to_side(faces: np.ndarray) -> float:
        return float(
            np.abs(faces[:, :, :24].mean(axis=(1, 2)) - faces[:, :, 24:].mean((1, 2))).mean()
        )

    plain = drawn()
    assert roughness(drawn(replace(STUDIO, noise=1))) > roughness(plain)
    assert roughness(drawn(replace(STUDIO, blur=1))) < roughness(plain)
    assert side_to_side(drawn(replace(STUDIO, lighting=1))) > 2 * side_to_side(plain)


def test_studio_pictures_are_nearly_mirrored() -> None:
    faces = drawn()
    # What differs between the sides: gaze, parting and a slanted mouth.
    assert np.abs(faces - faces[:, :, ::-1]).mean() < 6


def test_everything_is_computed_in_float32() -> None:
    # NumPy's types don't tell, and one float64 in a stroke would halve the speed unseen.
    rng = np.random.default_rng(0)
    who, moves = draw_identities(rng, 8), at_rest(8)
    view = draw_views(rng, 8, 1)
    shot = draw_shots(rng, 8, 1, 1, 1)
    for part in (who, view, shot):
        for name, numbers in vars(part).items():
            assert numbers.dtype == np.float32, name
    canvas = canvas_of(view)
    for name, pixels in vars(canvas).items():
        assert pixels.dtype == np.float32, name
    assert draw_head(canvas, who, moves).dtype == np.float32


def test_people_differ() -> None:
    faces = drawn(IN_THE_WILD).reshape(N, -1)
    assert len(np.unique(faces, axis=0)) == N
