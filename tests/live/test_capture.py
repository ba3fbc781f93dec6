from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_film import number_of, numbered, write_film
from PIL import Image

from fer_keras.errors import InputError
from fer_keras.films import Film, FrameFolder
from fer_keras.live import capture
from fer_keras.live.capture import Camera, NewestFrame, open_source


class Driver:
    """Gives a picture whenever the test lets it, numbered by its grey value."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[bool] = queue.Queue()
        self.asked = self.given = 0
        self.released = threading.Event()

    def read(self) -> tuple[bool, Any]:
        self.asked += 1
        number = self.asked
        return self.waiting.get(timeout=30), np.full((4, 4, 3), number, np.uint8)

    def release(self) -> None:
        self.released.set()

    def give(self, pictures: int = 1) -> None:
        self.given += pictures
        for _ in range(pictures):
            self.waiting.put(True)

    def wait_until_taken(self) -> None:
        """Until the picture after the last that was given is asked for."""
        deadline = time.monotonic() + 30
        while self.asked <= self.given and time.monotonic() < deadline:
            time.sleep(0.001)

    def unplug(self) -> None:
        self.waiting.put(False)


def test_a_slow_loop_gets_the_newest_picture_of_a_camera() -> None:
    driver = Driver()
    source = NewestFrame(Camera(driver, "camera 0"))
    frames = iter(source)
    driver.give()
    assert next(frames).number == 0
    driver.give(5)
    driver.wait_until_taken()
    newest = next(frames)
    assert newest.number == 5
    assert (newest.picture == 6).all()
    assert source.dropped == 4
    driver.unplug()
    assert list(frames) == []
    assert source.problem == "camera 0: gives no more pictures; is it still plugged in?"
    source.close()
    assert driver.released.is_set()


def test_a_camera_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "SILENCE", 0.2)
    driver = Driver()
    driver.give()
    source = NewestFrame(Camera(driver, "camera 0"))
    assert len(list(source)) <= 1
    assert source.problem is not None
    assert "no picture for" in source.problem
    driver.unplug()
    source.close()


def test_a_camera_whose_driver_fails_ends_too() -> None:
    class Broken(Driver):
        def read(self) -> tuple[bool, Any]:
            raise OSError("the driver is gone")

    source = NewestFrame(Camera(Broken(), "camera 0"))
    assert list(source) == []
    assert source.problem == "camera 0: the driver is gone"
    source.close()


def test_the_user_can_quit_while_a_camera_runs() -> None:
    driver = Driver()
    source = NewestFrame(Camera(driver, "camera 0"))
    driver.give()
    next(iter(source))
    driver.give()
    source.close()
    assert driver.released.is_set()


def test_a_wait_for_a_camera_can_be_interrupted() -> None:
    driver = Driver()
    source = NewestFrame(Camera(driver, "camera 0"))
    driver.give()
    frames = iter(source)
    next(frames)
    source.interrupt()
    assert list(frames) == []
    assert source.problem is None
    driver.unplug()
    source.close()


def test_a_film_can_play_at_its_pace(tmp_path: Path) -> None:
    """It is never ahead of its own times; how many frames are dropped depends on the machine."""
    times = [number / 25 for number in range(20)]
    film = write_film(tmp_path / "film.mp4", numbered(20), times)
    source = open_source(video=film, realtime=True)
    start = time.monotonic()
    numbers = []
    for one in source:
        assert time.monotonic() - start >= one.time
        assert number_of(one.picture) == one.number
        assert one.time == pytest.approx(times[one.number], abs=1e-3)
        numbers.append(one.number)
    assert source.dropped == 20 - len(numbers)
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 19
    assert source.problem is None
    source.close()


def test_what_is_looked_at(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", numbered(1), [0.0])
    assert isinstance(open_source(video=film), Film)
    Image.fromarray(numbered(1)[0]).save(tmp_path / "1.png")
    assert isinstance(open_source(video=tmp_path), FrameFolder)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"video": "missing.mp4"}, r"video missing\.mp4: no such file"),
        ({"camera": 97}, "camera 97: no such camera"),
        ({"camera": 0, "video": "film.mp4"}, "camera: not with `video`"),
        ({"realtime": True}, "realtime: goes with `video`"),
    ],
)
def test_what_can_not_be_looked_at_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_source(**options)
