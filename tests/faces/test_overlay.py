from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.detection import Face
from fer_keras.faces.label_layout import LEAST_COVER, Area, box_of
from fer_keras.faces.overlay import Mark, Overlay, draw_overlay, label_colour, plan_overlay

TABLE = [(150, 200, 60), (390, 180, 50), (610, 210, 65), (840, 190, 55), (1060, 215, 62)]
TABLE += [(1200, 420, 90)]
ROW = [(60 + 105 * index, 300, 45) for index in range(12)]
CLOSE = [(200, 200, 100), (330, 260, 90), (90, 330, 85)]
Places = list[tuple[float, float, float]]


def mark(x: float, y: float, side: float, title: str = "surprise 97%") -> Mark:
    """A face with its box's centre and side, named with the longest of titles."""
    half = side / 2
    face = Face(x - half, y - half, x + half, y + half, 0.9, ())
    return Mark(face, title, 5, np.linspace(0, 1, 7))


def marks_at(places: Places) -> list[Mark]:
    return [mark(*place) for place in places]


def areas(plan: Overlay) -> list[Area]:
    placed = [place.area for place in (*plan.labels, *plan.bars) if place is not None]
    return placed + ([plan.status] if plan.status else [])


def covered(area: Area, face: Face) -> float:
    """Share of a face's box that an area covers."""
    box = box_of(face)
    width = min(area.right, box.right) - max(area.left, box.left)
    height = min(area.bottom, box.bottom) - max(area.top, box.top)
    return max(0, width) * max(0, height) / max(1, (face.width * face.height))


def assert_apart(plan: Overlay, marks: list[Mark], size: tuple[int, int]) -> None:
    """Inside the picture, on no other area; on no face, or at its edge where there's no choice."""
    placed = areas(plan)
    for one, other in itertools.combinations(placed, 2):
        assert not one.overlaps(other)
    for area in placed:
        assert 0 <= area.left < area.right <= size[0]
        assert 0 <= area.top < area.bottom <= size[1]
        assert all(covered(area, one.face) <= LEAST_COVER for one in marks)


@pytest.mark.parametrize("scale", [1, 3], ids=["1320 wide", "3960 wide"])
@pytest.mark.parametrize("places", [TABLE, ROW], ids=["six at a table", "twelve in a row"])
@pytest.mark.parametrize("bars", [False, True])
def test_labels_cover_no_face_and_no_other_label(places: Places, bars: bool, scale: int) -> None:
    marks = marks_at([(x * scale, y * scale, side * scale) for x, y, side in places])
    size = (1320 * scale, 640 * scale)
    plan = plan_overlay(*size, marks, FER2013_LABELS, bars=bars)
    assert None not in plan.labels
    assert not any(place is not None and place.far for place in plan.labels)
    shown = sum(place is not None for place in plan.bars)
    assert shown >= 0.8 * len(marks) if bars else shown == 0
    assert_apart(plan, marks, size)
    assert not any(covered(area, one.face) for area in areas(plan) for one in marks)


def test_a_face_alone_has_bars_and_several_only_on_demand() -> None:
    alone = plan_overlay(640, 480, marks_at(CLOSE[:1]), FER2013_LABELS)
    assert alone.bars[0] is not None
    several = plan_overlay(640, 480, marks_at(CLOSE), FER2013_LABELS)
    assert several.bars == (None,) * 3
    asked = plan_overlay(640, 480, marks_at(CLOSE), FER2013_LABELS, bars=True)
    assert None not in asked.bars


@pytest.mark.parametrize(("width", "least"), [(400, 12), (1320, 14), (4000, 50)])
def test_letters_can_be_read_at_any_size(width: int, least: int) -> None:
    """Of the picture shown 1,000 pixels wide, letters are 12 pixels high and more."""
    for places in (CLOSE[:1], [(x * width / 1320, y, s) for x, y, s in ROW]):
        plan = plan_overlay(width, width * 3 // 4, marks_at(places), FER2013_LABELS)
        assert plan.text >= least
    if width >= 1000:
        assert plan.text * 1000 / width >= 12


def test_in_a_film_letters_keep_their_size_while_a_face_comes_nearer() -> None:
    sizes = (40, 80, 160)
    marks = [[mark(320, 240, side)] for side in sizes]
    still = [plan_overlay(640, 480, one, FER2013_LABELS).text for one in marks]
    film = [plan_overlay(640, 480, one, FER2013_LABELS, even=True).text for one in marks]
    assert still[0] < still[-1]
    assert len(set(film)) == 1


def test_a_face_that_fills_the_picture_still_has_its_label() -> None:
    marks = [mark(500, 500, 960)]
    plan = plan_overlay(1000, 1000, marks, FER2013_LABELS)
    assert plan.labels[0] is not None
    assert_apart(plan, marks, (1000, 1000))


def test_the_status_leaves_a_face_in_its_corner_alone() -> None:
    marks = [mark(60, 60, 100)]
    plan = plan_overlay(640, 480, marks, FER2013_LABELS, status="25 fps  detection 60%")
    assert plan.status is not None
    assert plan.status.left > 320
    assert_apart(plan, marks, (640, 480))


def test_a_label_that_must_stand_apart_is_led_to_by_a_line_over_no_face() -> None:
    """A face with others all around: the label goes where there is room."""
    ring = [(x, y, 60) for x in (240, 320, 400) for y in (160, 240, 320)]
    marks = marks_at(ring)
    plan = plan_overlay(640, 480, marks, FER2013_LABELS)
    assert None not in plan.labels
    assert any(place is not None and place.far for place in plan.labels)
    assert_apart(plan, marks, (640, 480))


spots = st.lists(
    st.tuples(st.floats(-50, 850), st.floats(-50, 650), st.floats(8, 700)), max_size=14
)


@settings(max_examples=30, deadline=None)
@given(spots, st.booleans(), st.sampled_from([(800, 600), (400, 300), (60, 40)]))
def test_wherever_faces_are(places: Places, bars: bool, size: tuple[int, int]) -> None:
    marks = marks_at(places)
    plan = plan_overlay(*size, marks, FER2013_LABELS, bars=bars, status="12 fps")
    assert_apart(plan, marks, size)


def test_what_is_drawn_stays_where_it_was_planned() -> None:
    marks = marks_at(TABLE)
    picture = np.full((640, 1320, 3), 128, np.uint8)
    draw_overlay(picture, marks, FER2013_LABELS, bars=True, status="25 fps")
    plan = plan_overlay(1320, 640, marks, FER2013_LABELS, bars=True, status="25 fps")
    changed = (picture != 128).any(axis=2)
    for area in areas(plan):
        assert changed[area.top : area.bottom, area.left : area.right].mean() > 0.9
        changed[area.top : area.bottom, area.left : area.right] = False
    lines = 3 + plan.text // 8
    for one in marks:
        left, top, right, bottom = box_of(one.face)
        inside = changed[top + lines : bottom - lines, left + lines : right - lines]
        assert inside.size > 0
        assert not inside.any(), "a face itself is never drawn over"
        assert changed[top, left:right].all()


@pytest.mark.parametrize("place", [(0, 0), (640, 480), (300, -30), (5050, 60), (-5000, 60)])
@pytest.mark.parametrize("size", [(480, 640), (40, 30), (3000, 4000)])
def test_anything_can_be_drawn_anywhere(place: tuple[int, int], size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 128, np.uint8)
    one = Mark(mark(*place, 100).face, "unsure 0%", None, np.array([0.0, 1.5]))
    draw_overlay(picture, [one], ("glücklich", "高兴"))


def test_each_of_the_eight_emotions_has_a_colour_of_its_own() -> None:
    colours = {label_colour(label) for label in (None, *range(len(EMOTIONS)))}
    assert len(colours) == len(EMOTIONS) + 1
