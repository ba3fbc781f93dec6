from __future__ import annotations

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
    """Gives a picture every 5 ms, numbered by its grey value; stops after `pictures`."""

    def __init__(self, pictures: int) -> None:
        self.pictures = pictures
        self.given = 0
        self.released = threading.Event()

    def read(self) -> tuple[bool, Any]:
        time.sleep(0.005)
        if self.given == self.pictures:
            return False, None
        self.given += 1
        return True, np.full((4, 4, 3), self.given, np.uint8)

    def release(self) -> None:
        self.released.set()


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
    camera = Camera(60)
    source = NewestFrame(camera, "--camera 0", 200.0)
    numbers = []
    for one in source:
        # What is given is what was taken last, but for the one being taken right now.
        assert camera.given - one.picture[0, 0, 0] <= 2
        numbers.append(one.number)
        time.sleep(0.05)
    assert numbers == sorted(set(numbers))
    assert len(numbers) < 30
    assert source.dropped == 60 - len(numbers)
    assert source.problem == "--camera 0: gives no more pictures; is it still plugged in?"
    source.close()
    assert camera.released.is_set()


def test_a_camera_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "SILENCE", 0.1)
    hanging = threading.Event()

    class Hanging(Camera):
        def read(self) -> tuple[bool, Any]:
            if self.given == self.pictures:
                hanging.wait(10)
            return super().read()

    source = NewestFrame(Hanging(3), "--camera 0", 30.0)
    assert [one.number for one in source][-1] == 2
    assert source.problem is not None
    assert "no picture for" in source.problem
    hanging.set()
    source.close()


def test_a_camera_whose_driver_fails_ends_too() -> None:
    class Broken(Camera):
        def read(self) -> tuple[bool, Any]:
            raise OSError("the driver is gone")

    source = NewestFrame(Broken(3), "--camera 0", 30.0)
    assert list(source) == []
    assert source.problem == "--camera 0: the driver is gone"
    source.close()


def test_the_user_can_quit_while_a_camera_runs() -> None:
    camera = Camera(10_000)
    source = NewestFrame(camera, "--camera 0", 200.0)
    next(iter(source))
    source.close()
    assert camera.released.wait(2)


def test_a_file_can_play_at_its_pace(video: Path) -> None:
    source = open_playing(video)
    start = time.monotonic()
    numbers = []
    for one in source:
        numbers.append(one.number)
        time.sleep(0.1)  # 2.5 frames
    assert 1.3 < time.monotonic() - start < 4
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
    with pytest.raises(InputError, match="--camera 97: no such camera"):
        open_camera(97)
