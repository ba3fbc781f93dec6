from __future__ import annotations

import pytest

from fer_keras.live.timings import Timings


def test_hours_take_no_more_memory_than_minutes() -> None:
    timings = Timings()
    for number in range(30_000):
        timings.add("detection", 0.002)
        timings.add("classification", 0.001 if number < 15_000 else 0.003)
        timings.frame_done(number * 0.04)
    kept = max(len(stage.last) for stage in timings._stages.values())
    assert kept == 10_000
    assert len(timings._done) == 30
    assert timings.frames == 30_000
    assert timings.fps == pytest.approx(25)
    assert timings.shares()["detection"] == pytest.approx(0.5), "of all frames, not the last"
    report = timings.to_json()
    assert report["fps"] == pytest.approx(25)
    assert report["stages"]["classification"]["p50_ms"] == pytest.approx(3)
    assert report["detection_and_classification"]["times_detection"] == pytest.approx(2.5)


def test_without_frames_there_is_nothing_to_say() -> None:
    timings = Timings()
    assert (timings.fps, timings.shares()) == (0.0, {})
    assert timings.to_json() == {"frames": 0, "fps": None, "stages": {}}
