from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.detection.tiles import FACE_IN_TILE, TILE, plan_tiles, smallest_face


@given(
    st.integers(300, 6000),
    st.integers(300, 6000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_every_face_lies_whole_in_a_piece_that_shows_it_large_enough(
    width: int, height: int, size: float, across: float, down: float
) -> None:
    smallest, largest = smallest_face(width, height) * 1.02, min(width, height) * 0.9
    side = smallest + size * max(0.0, largest - smallest)
    left, top = across * (width - side), down * (height - side)
    if side >= max(width, height) / FACE_IN_TILE:
        return  # the whole picture shows it
    for level in plan_tiles(width, height):
        x, y = level.width / width, level.height / height
        for tile in level.tiles:
            inside = (
                tile.x <= left * x
                and (left + side) * x <= tile.x + tile.width
                and tile.y <= top * y
                and (top + side) * y <= tile.y + tile.height
            )
            if inside and side * min(x, y) >= TILE / FACE_IN_TILE * 0.98:
                return
    pytest.fail("no tile shows the face whole")


@given(st.integers(1, 30000), st.integers(1, 30000))
def test_tiles_are_few_and_lie_in_their_size(width: int, height: int) -> None:
    levels = plan_tiles(width, height)
    assert sum(len(level.tiles) for level in levels) < 260
    for level in levels:
        for tile in level.tiles:
            assert 0 <= tile.x <= level.width - tile.width
            assert 0 <= tile.y <= level.height - tile.height
            assert max(tile.width, tile.height) == TILE, "looked at as it is, not resized"


def test_small_pictures_have_none() -> None:
    assert plan_tiles(600, 500) == ()
    assert smallest_face(600, 500) == 50
    assert smallest_face(4000, 3000) == 41
