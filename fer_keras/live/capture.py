"""Pictures from cameras and video files.

A file is read frame by frame. A camera does not wait: a thread takes every picture off it, keeps
the newest and drops the rest, so that what is seen is never older than one turn of the loop.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

SILENCE = 5.0
"""Seconds without a picture after which a camera counts as gone."""
DEFAULT_FPS = 30.0
"""For sources that don't say."""
_SLACK = 2
"""Frames that a container may promise and not have, in a whole file."""


class Reader(Protocol):
    """What is needed of `cv2.VideoCapture`."""

    def read(self) -> tuple[bool, Any]:
        """Whether there was a picture, and the picture (height, width, 3), blue, green, red."""

    def release(self) -> None:
        """Give the device or the file back."""


@dataclass(frozen=True)
class Frame:
    """A picture and when it was taken.

    Attributes:
        picture: (height, width, 3), blue, green, red.
        time: seconds since the source's first picture.
        number: of the picture in the source, from 0; gaps are dropped pictures.
    """

    picture: NDArray[np.uint8]
    time: float
    number: int


class VideoFile:
    """Every frame of a video file, in order.

    Attributes:
        fps: frames a second.
        dropped: always 0.
        problem: after the last frame: one line about a file that ends too early, else None.

    Raises:
        InputError: if the file is missing or no video.
    """

    def __init__(self, path: Path) -> None:
        import cv2

        self._path = path
        self._reader = open_video(path)
        rate = float(self._reader.get(cv2.CAP_PROP_FPS))
        self.fps = rate if 0 < rate < 1000 else DEFAULT_FPS
        self._promised = int(self._reader.get(cv2.CAP_PROP_FRAME_COUNT))
        self.dropped = 0
        self.problem: str | None = None

    def __iter__(self) -> Iterator[Frame]:
        number = 0
        while True:
            taken, picture = self._reader.read()
            if not taken:
                break
            yield Frame(picture, number / self.fps, number)
            number += 1
        if number + _SLACK < self._promised:
            self.problem = (
                f"{self._path}: stops after frame {number} of {self._promised}; the file is "
                "damaged or was cut off"
            )

    def close(self) -> None:
        """Give the file back."""
        self._reader.release()


class NewestFrame:
    """The newest picture of a source that does not wait.

    Args:
        reader: a camera, or a video file that is played at its own pace.
        name: of the source, for messages.
        fps: frames a second.
        paced: wait between pictures as their rate says: for files, which are read faster.

    Attributes:
        fps: frames a second.
        dropped: pictures that were taken and not looked at.
        problem: after the last frame: one line on why there are no more, None where a file ended.
    """

    def __init__(self, reader: Reader, name: str, fps: float, *, paced: bool = False) -> None:
        self.fps = fps
        self.dropped = 0
        self.problem: str | None = None
        self._reader = reader
        self._name = name
        self._paced = paced
        self._newest: Frame | None = None
        self._ended = False
        self._failure: str | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._take, name="capture", daemon=True)

    def __iter__(self) -> Iterator[Frame]:
        self._thread.start()
        while True:
            with self._changed:
                spoke = self._changed.wait_for(
                    lambda: self._newest is not None or self._ended, timeout=SILENCE
                )
                frame, self._newest = self._newest, None
            if frame is not None:
                yield frame
                continue
            if not spoke:
                self.problem = f"{self._name}: no picture for {SILENCE:.0f} seconds"
            elif self._failure is not None:
                self.problem = f"{self._name}: {self._failure}"
            elif not self._paced:
                self.problem = f"{self._name}: gives no more pictures; is it still plugged in?"
            return

    def close(self) -> None:
        """Stop taking pictures and give the source back."""
        with self._changed:
            self._ended = True
        if self._thread.is_alive():
            # A camera that hangs in read() keeps its thread; a daemon does not keep the program.
            self._thread.join(timeout=1)
        if not self._thread.is_alive():
            self._reader.release()

    def _take(self) -> None:
        try:
            self._take_until_end()
        except Exception as error:  # whatever a driver throws ends the source, in one line
            self._failure = " ".join(str(error).split())
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify()

    def _take_until_end(self) -> None:
        start, number = time.monotonic(), 0
        while not self._ended:
            taken, picture = self._reader.read()
            if not taken:
                return
            if self._paced:
                due = start + number / self.fps
                time.sleep(max(0.0, due - time.monotonic()))
            frame = Frame(picture, time.monotonic() - start, number)
            number += 1
            with self._changed:
                self.dropped += self._newest is not None
                self._newest = frame
                self._changed.notify()


def open_video(path: Path) -> Any:
    """A `cv2.VideoCapture` of a file.

    Raises:
        InputError: if the file is missing or no video.
    """
    if not path.is_file():
        raise InputError(f"video {path}: no such file", argument="video")
    cv2 = _quiet_cv2()
    reader = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not reader.isOpened():
        raise InputError(
            f"video {path}: can't be read as a video; it may be cut off or damaged",
            argument="video",
        )
    return reader


def open_camera(number: int) -> NewestFrame:
    """A camera, by the system's number.

    Raises:
        InputError: if there is none.
    """
    cv2 = _quiet_cv2()
    reader = cv2.VideoCapture(number)
    if not reader.isOpened():
        raise InputError(
            f"camera {number}: no such camera, or another program has it; number 0 is the first",
            argument="camera",
        )
    # One picture of buffer where the driver takes the hint: what is read is what is there now.
    reader.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    fps = float(reader.get(cv2.CAP_PROP_FPS))
    return NewestFrame(reader, f"camera {number}", fps if 0 < fps < 1000 else DEFAULT_FPS)


def open_playing(path: Path) -> NewestFrame:
    """A video file that plays at its own pace, as a camera does.

    Raises:
        InputError: if the file is missing or no video.
    """
    import cv2

    reader = open_video(path)
    fps = float(reader.get(cv2.CAP_PROP_FPS))
    return NewestFrame(reader, f"video {path}", fps if 0 < fps < 1000 else DEFAULT_FPS, paced=True)


def _quiet_cv2() -> Any:
    """OpenCV without its own reports of what we report in one line."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
