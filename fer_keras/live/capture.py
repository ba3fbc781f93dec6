"""Pictures from what does not wait: cameras, streams, and films that play at their own pace.

A thread takes every picture off the source, keeps the newest and drops the rest, so that what is
seen is never older than one turn of the loop.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from fer_keras.errors import InputError
from fer_keras.films import Film, Frame, FrameFolder, is_stream, open_film
from fer_keras.films.frame import DEFAULT_FPS

SILENCE = 10.0
"""Seconds without a picture after which a source counts as gone."""
_BREATH = 0.1
"""Seconds after which a waiting loop looks whether it is to end."""


class Reader(Protocol):
    """What is needed of `cv2.VideoCapture`."""

    def read(self) -> tuple[bool, Any]:
        """Whether there was a picture, and the picture (height, width, 3), blue, green, red."""

    def release(self) -> None:
        """Give the device back."""


class Camera:
    """The pictures of a camera, timed as they come.

    Args:
        reader: an opened `cv2.VideoCapture`.
        name: of the camera, for messages.
        fps: frames a second, for those who write them.

    Attributes:
        name, fps: as given.
        problem: after the last picture: one line on why there are no more.
    """

    def __init__(self, reader: Reader, name: str, fps: float = DEFAULT_FPS) -> None:
        self.name, self.fps = name, fps
        self.problem: str | None = None
        self._reader = reader

    def __iter__(self) -> Iterator[Frame]:
        import cv2

        start, number = None, 0
        while True:
            taken, picture = self._reader.read()
            if not taken:
                self.problem = f"{self.name}: gives no more pictures; is it still plugged in?"
                return
            now = time.monotonic()
            start = now if start is None else start
            yield Frame(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), now - start, number)
            number += 1

    def close(self) -> None:
        """Give the camera back."""
        self._reader.release()


class NewestFrame:
    """The newest picture of a source that does not wait.

    Args:
        source: what gives the pictures.
        paced: wait between pictures as their times say: for films, which are read faster.

    Attributes:
        source, paced: as given.
        name, fps: of the source.
        dropped: pictures that were taken and not looked at.
        problem: after the last frame: one line on why there are no more, None where a film ended.
    """

    def __init__(self, source: Camera | Film | FrameFolder, *, paced: bool = False) -> None:
        self.source, self.name, self.fps = source, source.name, source.fps
        self.dropped = 0
        self.problem: str | None = None
        self.paced = paced
        self._newest: Frame | None = None
        self._ended = False
        self._failure: str | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._take, name="capture", daemon=True)

    def __iter__(self) -> Iterator[Frame]:
        self._thread.start()
        silent_since = time.monotonic()
        while True:
            with self._changed:
                # Short waits: a signal that ends the program must find its way in between.
                self._changed.wait_for(
                    lambda: self._newest is not None or self._ended, timeout=_BREATH
                )
                frame, self._newest = self._newest, None
                ended = self._ended
            if frame is not None:
                yield frame
                silent_since = time.monotonic()
            elif ended:
                self.problem = self.source.problem
                if self._failure is not None:
                    self.problem = f"{self.name}: {self._failure}"
                return
            elif time.monotonic() - silent_since > SILENCE:
                self.problem = f"{self.name}: no picture for {SILENCE:.0f} seconds"
                return

    def interrupt(self) -> None:
        """End the iteration soon, also while it waits for a picture; may be called by a signal."""
        self._ended = True  # without the lock, which whom the signal interrupts may hold

    def close(self) -> None:
        """Stop taking pictures and give the source back."""
        with self._changed:
            self._ended = True
        if self._thread.is_alive():
            # A camera that hangs in read() keeps its thread; a daemon does not keep the program.
            self._thread.join(timeout=1)
        if not self._thread.is_alive():
            self.source.close()

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
        start = time.monotonic()
        for frame in self.source:
            if self.paced:
                time.sleep(max(0.0, start + frame.time - time.monotonic()))
            with self._changed:
                if self._ended:
                    return
                self.dropped += self._newest is not None
                self._newest = frame
                self._changed.notify()


Source = Film | FrameFolder | NewestFrame
"""What a session looks at."""


def open_source(
    camera: int | None = None,
    video: str | Path | None = None,
    *,
    realtime: bool = False,
    sound: bool = False,
) -> Source:
    """Open what is to be looked at.

    Args:
        camera: the system's number; None without `video`: the first camera.
        video: a film: a file, a folder of frames, an address. Streams (`rtsp://`, motion JPEG by
            `http://`, ...) are taken as cameras are: the newest picture counts.
        realtime: play the film at its pace and drop what is late.
        sound: gather the film's sound, for a `FilmWriter`.

    Raises:
        InputError: if there is no such camera or film.
    """
    if video is None:
        if realtime:
            raise InputError("realtime: goes with `video`; a camera is always live", "realtime")
        return NewestFrame(open_camera(camera or 0))
    if camera is not None:
        raise InputError("camera: not with `video`; take one of them", "camera")
    try:
        film = open_film(video, sound=sound)
    except InputError as error:
        raise InputError(f"video {error}", "video") from error
    if is_stream(video) or (isinstance(film, Film) and film.is_live):
        return NewestFrame(film)
    return NewestFrame(film, paced=True) if realtime else film


def open_camera(number: int) -> Camera:
    """A camera, by the system's number.

    Raises:
        InputError: if there is none.
    """
    cv2 = _quiet_cv2()
    reader = cv2.VideoCapture(number)
    if not reader.isOpened():
        raise InputError(
            f"camera {number}: no such camera, or another program has it; number 0 is the first",
            "camera",
        )
    # One picture of buffer where the driver takes the hint: what is read is what is there now.
    reader.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    fps = float(reader.get(cv2.CAP_PROP_FPS))
    return Camera(reader, f"camera {number}", fps if 0 < fps < 1000 else DEFAULT_FPS)


def _quiet_cv2() -> Any:
    """OpenCV without its own reports of what we report in one line."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
