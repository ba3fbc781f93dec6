from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.detection import Face
from fer_keras.live.tracker import FORGET_AFTER, Tracker

STEP = 0.04


def face(x: float, y: float, size: float = 80) -> Face:
    half = size / 2
    return Face(x - half, y - half, x + half, y + half, 0.9, ((x, y),) * 6)


@pytest.mark.parametrize("hidden", [0, 10, 18])
@pytest.mark.parametrize("speed", [60.0, 150.0, 300.0])
def test_two_faces_that_cross_keep_their_numbers(hidden: int, speed: float) -> None:
    """One goes left, one right; around the crossing the farther one is hidden for some frames."""
    rng = np.random.default_rng(0)
    tracker = Tracker()
    frames = int(440 / speed / STEP)
    for number in range(frames):
        time = number * STEP
        shake = rng.normal(0, 1.5, 4)
        right = face(100 + speed * time + shake[0], 200 + shake[1])
        left = face(540 - speed * time + shake[2], 210 + shake[3])
        if abs(number - frames // 2) * 2 < hidden:
            assert tracker.update([left], time) == [2]
        elif number % 2:  # whichever is the surer comes first
            assert tracker.update([right, left], time) == [1, 2]
        else:
            assert tracker.update([left, right], time) == ([2, 1] if number else [1, 2])
        if number == 0:
            tracker = Tracker()
            assert tracker.update([right, left], time) == [1, 2]


def test_a_face_that_was_away_too_long_is_another() -> None:
    tracker = Tracker()
    assert tracker.update([face(100, 100)], 0.0) == [1]
    assert tracker.update([], FORGET_AFTER * 0.9) == []
    assert tracker.numbers == [1]
    assert tracker.update([face(100, 100)], FORGET_AFTER) == [1]
    assert tracker.update([], 2.5 * FORGET_AFTER) == []
    assert tracker.update([face(100, 100)], 3 * FORGET_AFTER) == [2]
    assert tracker.numbers == [2]


def test_of_a_film_that_is_looked_at_now_and_then_the_last_frame_counts() -> None:
    """Once in five seconds: who was in the last frame is not gone."""
    tracker = Tracker()
    assert tracker.update([face(100, 100), face(400, 100)], 0.0) == [1, 2]
    assert tracker.update([face(410, 105), face(95, 100)], 5.0) == [2, 1]
    assert tracker.update([face(95, 100)], 10.0) == [1]
    assert tracker.numbers == [1, 2]
    assert tracker.update([face(95, 100)], 15.0) == [1]
    assert tracker.numbers == [1]


def looks(*tones: float) -> np.ndarray:
    """Of a person with these tones of skin, hair and clothes."""
    skin, hair, clothes = tones
    rows = [skin, skin, skin, hair, clothes, clothes, clothes]
    return np.repeat(np.array(rows, np.float32)[:, None], 3, axis=1)


RED, BLUE = looks(0.7, 0.2, 0.9), looks(0.6, 0.5, 0.2)


def test_after_a_cut_people_keep_their_numbers() -> None:
    """They change places from one frame to the next, then one is alone, elsewhere, and larger."""
    tracker = Tracker()
    assert tracker.update([face(100, 100), face(400, 100)], 0.0, [RED, BLUE]) == [1, 2]
    swapped = [face(100, 100), face(400, 100)]
    assert tracker.update(swapped, STEP, [BLUE, RED]) == [2, 1]
    assert tracker.update([face(250, 240, 300)], 2 * STEP, [RED]) == [1]
    assert tracker.update([face(250, 240, 300)], 3 * STEP, [BLUE]) == [2]


def test_who_comes_back_much_later_is_known_by_their_looks() -> None:
    tracker = Tracker()
    assert tracker.update([face(100, 100), face(400, 100)], 0.0, [RED, BLUE]) == [1, 2]
    for number in range(1, 100):
        tracker.update([face(400, 100)], number * STEP, [BLUE])
    assert tracker.numbers == [2]
    assert tracker.update([face(600, 300), face(400, 100)], 60.0, [RED, BLUE]) == [1, 2]
    assert tracker.given_out == 2


def test_who_could_be_two_people_is_neither() -> None:
    tracker = Tracker()
    twin = RED + np.float32(0.02)
    assert tracker.update([face(100, 100), face(400, 100)], 0.0, [RED, twin]) == [1, 2]
    assert tracker.update([face(250, 400, 200)], STEP, [RED + np.float32(0.01)]) == [3]


def test_when_the_light_changes_places_decide() -> None:
    tracker = Tracker()
    assert tracker.update([face(100, 100), face(400, 100)], 0.0, [RED, BLUE]) == [1, 2]
    darker = [RED * np.float32(0.7), BLUE * np.float32(0.6)]
    assert tracker.update([face(102, 100), face(398, 100)], STEP, darker) == [1, 2]


def test_looks_decide_between_two_who_pass_each_other() -> None:
    """Half-way they are in one place; one of them turns back, which no velocity foretells."""
    tracker = Tracker()
    for number, (red, blue) in enumerate([(100, 160), (115, 145), (128, 132)]):
        assert tracker.update([face(red, 100), face(blue, 100)], number * STEP, [RED, BLUE]) == [
            1,
            2,
        ]
    assert tracker.update([face(130, 100), face(129, 100)], 3 * STEP, [BLUE, RED]) == [2, 1]


def test_who_was_taken_for_two_is_not_taken_for_a_third() -> None:
    """Two numbers of one person are never in one frame: neither hinders the other's."""
    tracker = Tracker()
    assert tracker.update([face(100, 100)], 0.0, [RED]) == [1]
    half_hidden = RED + np.float32(0.15)
    assert tracker.update([face(400, 100)], STEP, [half_hidden]) == [2]
    for number in range(2, 60):
        between = RED + np.float32(0.07)
        (given,) = tracker.update([face(40 + 173 * number % 500, 100)], number * 20.0, [between])
        assert given in (1, 2)


@pytest.mark.parametrize("step", [0.1, 0.5, 1.0])
def test_the_way_that_somebody_goes_counts_at_every_pace(step: float) -> None:
    """Two dressed alike change places from one frame to the next, as they walk on."""
    tracker = Tracker()
    for number in range(int(5 / step)):
        time = number * step
        faces = [face(100 + 80 * time, 100), face(500 - 80 * time, 130)]
        assert tracker.update(faces, time, [RED, RED]) == [1, 2]


def test_the_longer_nobody_looked_the_farther_off_somebody_may_be() -> None:
    twin = RED + np.float32(0.02)
    for step, same in ((STEP, False), (1.0, True)):
        tracker = Tracker()
        assert tracker.update([face(100, 100), face(500, 100)], 0.0, [RED, twin]) == [1, 2]
        numbers = tracker.update([face(220, 100), face(620, 100)], step, [RED, twin])
        assert (numbers == [1, 2]) == same


def test_one_hidden_in_part_teaches_nothing_and_need_not_look_like_themselves() -> None:
    """The box of the hidden one lies askew, and shows some of who is in front."""
    tracker = Tracker()
    assert tracker.update([face(100, 100), face(400, 100)], 0.0, [RED, BLUE]) == [1, 2]
    mixed = 0.6 * RED + 0.4 * BLUE
    both = [face(215, 100), face(265, 100)]
    assert tracker.update(both, 1.0, [mixed, BLUE]) == [1, 2]
    assert tracker.update([face(100, 100), face(600, 300)], 60.0, [RED, BLUE]) == [1, 2]


def test_of_a_film_that_is_looked_at_each_second_one_miss_is_a_short_while() -> None:
    tracker = Tracker()
    assert tracker.update([face(100, 100)], 0.0) == [1]
    assert tracker.update([face(100, 100)], 1.0) == [1]
    assert tracker.update([], 2.0) == []
    assert tracker.update([face(100, 100)], 3.0) == [1]
    for time in (4.0, 5.0, 6.0):
        tracker.update([], time)
    assert tracker.update([face(100, 100)], 7.0) == [2]


def test_a_face_elsewhere_or_of_another_size_is_another() -> None:
    tracker = Tracker()
    tracker.update([face(100, 100)], 0.0)
    assert tracker.update([face(300, 100)], STEP) == [2]
    assert tracker.update([face(100, 100, size=300)], 2 * STEP) == [3]


def test_a_far_newcomer_does_not_bend_the_rest() -> None:
    tracker = Tracker()
    assert tracker.update([face(0, 100), face(120, 100)], 0.0) == [1, 2]
    # Nearer to 2; in total it would be cheaper to call it 1 and the newcomer 2.
    assert tracker.update([face(72, 100), face(280, 100)], STEP) == [2, 3]


places = st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), max_size=5)


@given(st.lists(places, max_size=12))
def test_numbers_are_never_shared(frames: list[list[tuple[float, float]]]) -> None:
    tracker = Tracker()
    for number, spots in enumerate(frames):
        given_out = tracker.update([face(x, y) for x, y in spots], number * STEP)
        assert len(set(given_out)) == len(spots)
        assert set(given_out) <= set(tracker.numbers)
