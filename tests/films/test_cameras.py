"""Cameras in a network, by RTSP and by motion JPEG over HTTP."""

from __future__ import annotations

from itertools import pairwise

import pytest
from camera_servers import jpeg_camera, rtsp_camera
from made_film import number_of, numbered

import fer_keras as fk
from fer_keras.analysis import Settings
from fer_keras.films import Film
from fer_keras.live.capture import NewestFrame, open_source


def test_a_camera_is_read_by_rtsp_at_its_own_times() -> None:
    with rtsp_camera(numbered(50), fps=10) as address:
        film = Film(address)
        frames = list(film)
        film.close()
    assert "secret" not in film.name
    assert [number_of(frame.picture) for frame in frames] == list(range(50))
    # FFmpeg gives the first picture of a stream no time, and counts from the second one on.
    times = [frame.time for frame in frames[1:]]
    assert times == pytest.approx([n / 10 for n in range(1, 50)], abs=0.101)
    assert [b - a for a, b in pairwise(times)] == pytest.approx([0.1] * 48, abs=1e-3)


def test_motion_jpeg_gets_the_times_at_which_it_comes() -> None:
    with jpeg_camera(numbered(20)) as address:
        film = Film(address)
        frames = list(film)
        film.close()
    assert film.is_live
    assert [number_of(frame.picture) for frame in frames] == list(range(20))
    times = [frame.time for frame in frames]
    assert times[0] == 0
    assert times == sorted(times)


def test_live_takes_the_newest_picture_of_both() -> None:
    for camera in (rtsp_camera, jpeg_camera):
        with camera(numbered(50)) as address:
            source = open_source(video=address)
            assert isinstance(source, NewestFrame)
            assert not source.paced
            seen = [number_of(frame.picture) for frame in source]
            source.close()
        assert seen == sorted(set(seen))
        assert seen[-1] == 49, "the last one is always the newest"
        assert len(seen) + source.dropped == 50


def test_a_table_of_what_a_camera_sends() -> None:
    with rtsp_camera(numbered(8)) as address:
        table = fk.analyze_video(address, settings=Settings("mobile-s", detector="short"))
    assert len(table) == 0, "grey pictures show nobody"
