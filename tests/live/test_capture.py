from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_video import FPS, frame, write_video

from fer_keras.errors import InputError
from fer_keras.live import capture
from fer_keras.live.capture import NewestFrame, VideoFile, open_camera, open_playing


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frames = [frame([(60 + number, 60, 80)], size=(160, 120)) for number in range(40)]
    return write_video(tmp_path_factory.mktemp("video") / "moving.avi", frames)


class Camera:
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


def test_a_file_is_read_frame_by_frame(video: Path) -> None:
    source = VideoFile(video)
    frames = []
    for one in source:
        time.sleep(0.002)  # a slow reader misses nothing
        frames.append(one)
    assert source.fps == FPS
    assert [one.number for one in frames] == list(range(40))
    assert [one.time for one in frames] == pytest.approx([n / FPS for n in range(40)])
    assert frames[0].picture.shape == (120, 160, 3)
    assert (source.dropped, source.problem) == (0, None)
    source.close()


def test_a_file_that_was_cut_off_says_where(video: Path, tmp_path: Path) -> None:
    content = video.read_bytes()
    cut = tmp_path / "cut.avi"
    cut.write_bytes(content[: len(content) // 2])
    source = VideoFile(cut)
    read = sum(1 for _ in source)
    assert 10 < read < 30
    assert source.problem == (
        f"{cut}: stops after frame {read} of 40; the file is damaged or was cut off"
    )


def test_a_slow_loop_gets_the_newest_picture_of_a_camera() -> None:
    camera = Camera()
    source = NewestFrame(camera, "camera 0", 30.0)
    frames = iter(source)
    camera.give()
    assert next(frames).number == 0
    camera.give(5)
    camera.wait_until_taken()
    newest = next(frames)
    assert newest.number == 5
    assert (newest.picture == 6).all()
    assert source.dropped == 4
    camera.unplug()
    assert list(frames) == []
    assert source.problem == "camera 0: gives no more pictures; is it still plugged in?"
    source.close()
    assert camera.released.is_set()


def test_a_camera_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "SILENCE", 0.2)
    camera = Camera()
    camera.give()
    source = NewestFrame(camera, "camera 0", 30.0)
    assert len(list(source)) <= 1
    assert source.problem is not None
    assert "no picture for" in source.problem
    camera.unplug()
    source.close()


def test_a_camera_whose_driver_fails_ends_too() -> None:
    class Broken(Camera):
        def read(self) -> tuple[bool, Any]:
            raise OSError("the driver is gone")

    source = NewestFrame(Broken(), "camera 0", 30.0)
    assert list(source) == []
    assert source.problem == "camera 0: the driver is gone"
    source.close()


def test_the_user_can_quit_while_a_camera_runs() -> None:
    camera = Camera()
    source = NewestFrame(camera, "camera 0", 30.0)
    camera.give()
    next(iter(source))
    camera.give()
    source.close()
    assert camera.released.is_set()


def test_a_file_can_play_at_its_pace(video: Path) -> None:
    source = open_playing(video)
    start = time.monotonic()
    numbers = []
    for one in source:
        numbers.append(one.number)
        time.sleep(0.1)  # 2.5 frames
    assert time.monotonic() - start > 1.3
    assert source.dropped == 40 - len(numbers) > 10
    assert source.problem is None
    source.close()


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        VideoFile(tmp_path / "missing.mp4")
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    with pytest.raises(InputError, match=r"text\.mp4: can't be read as a video"):
        VideoFile(text)
    with pytest.raises(InputError, match="camera 97: no such camera"):
        open_camera(97)
