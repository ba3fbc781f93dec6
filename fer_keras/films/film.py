"""Reading a film: every frame at its true time.

Times are the container's own, so that films of variable frame rate, films with edit lists (cut
without being encoded anew) and films that begin late keep theirs. FFmpeg's libraries, by PyAV, read
whatever they know, from files and from addresses.
"""

from __future__ import annotations

import struct
import time as clock
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.films.frame import DEFAULT_FPS, Frame, Sampling
from fer_keras.films.frame_folder import FOLDER_FPS, FrameFolder, check_fps
from fer_keras.films.opening import is_address, open_container, picture_stream

if TYPE_CHECKING:
    import av


_SLACK_SECONDS = 0.5
"""Seconds by which .mkv may be off about its duration, in a whole file."""


class Damage:
    """What was noticed of a film while it was read."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._lost = 0
        self._end = 0.0
        self._failure: str | None = None

    def frame_shown(self, time: float, *, corrupt: bool) -> None:
        """A frame was decoded; `corrupt` if the decoder had to make parts of it up."""
        if corrupt:
            self._note(time)

    def packet_read(self, packet: Any) -> None:
        """A packet of any stream was read."""
        if packet.pts is not None:
            self._end = max(
                self._end, float((packet.pts + (packet.duration or 0)) * packet.time_base)
            )

    def packet_lost(self, time: float) -> None:
        """A packet could not be decoded; `time` is that of the last frame."""
        self._note(time)

    def ended(self, error: Exception) -> None:
        """Nothing more could be read."""
        self._failure = getattr(error, "strerror", None) or type(error).__name__

    def describe(self, name: str, container: Any, end: float) -> str | None:
        """One line, or None of a whole film.

        Args:
            name: of the film.
            container: PyAV's, read to the end.
            end: seconds at which the last frame ends.
        """
        duration = (container.duration or 0) / 1_000_000
        # Seconds of the whole film, where it says them and is not already past them.
        # An .avi's is FFmpeg's guess from the file's size.
        said = round(duration, 2) > round(end, 2) and container.format.name != "avi"
        of = f" of {duration:.2f} s" if said else ""
        if self._is_cut_off(container, duration):
            return f"{name}: stops at {end:.2f} s{of}; damaged or cut off"
        if self._failure is not None:
            return f"{name}: stops at {end:.2f} s{of}; can't be read further ({self._failure})"
        if self._lost:
            what = "1 frame is" if self._lost == 1 else f"{self._lost} frames are"
            return f"{name}: damaged at {self._first:.2f} s; {what} missing or not whole"
        return None

    def _is_cut_off(self, container: Any, duration: float) -> bool:
        kinds = set(container.format.name.split(","))
        file = Path(container.name.removeprefix("file:"))  # of `ffmpeg_name`
        if "mp4" in kinds and file.is_file():
            return _index_reaches_beyond(file, container)
        if "avi" in kinds and file.is_file():
            return _smaller_than_riff_says(file)
        if "matroska" in kinds:
            # FFmpeg writes the end's time as the duration, of a film that begins late too.
            return self._end + _SLACK_SECONDS < duration
        return False

    def _note(self, time: float) -> None:
        self._first = time if self._first is None else self._first
        self._lost += 1


def _index_reaches_beyond(file: Path, container: Any) -> bool:
    size = file.stat().st_size
    return any(
        entry.pos + entry.size > size
        for stream in container.streams
        for entry in stream.index_entries
    )


def _smaller_than_riff_says(file: Path) -> bool:
    """An .avi is a RIFF file: its first eight bytes are "RIFF" and the size of what follows."""
    with file.open("rb") as opened:
        header = opened.read(8)
    return file.stat().st_size < struct.unpack("<4xI", header)[0] + 8


_THREADS = 2
_FLUSHES = 4
"""How often a decoder that fails is asked for what it still holds."""
MAX_FPS = 1000.0
"""Greater rates are a container's way to say that it knows none."""


class Film:
    """The frames of a film, in the order in which they are shown. Read it once.

    Args:
        source: path of a file, or an address (`http://`, `rtsp://`, ...) that FFmpeg reads.
        every: look only at the first frame of every so many seconds; None: at all.
        sound: gather the sound's packets in `sound_packets`, for a `FilmWriter`.

    Attributes:
        name: of the film in messages; an address without its password.
        fps: frames a second, on average; 30 where the film doesn't say.
        duration: seconds, or None where the film doesn't say.
        dropped: always 0; a film waits for who reads it.
        is_live: whether it is a camera that sends motion JPEG: pictures come at their own pace and
            without times, and get those at which they come.
        problem: one line about a damaged or cut off film, known after the last frame; else None.
        sound_stream: the sound, or None.
        sound_packets: of the sound, read so far and not yet taken.

    Raises:
        InputError: if it is missing or no film.

    Example:
        >>> for frame in Film("party.mp4", every=0.5):  # doctest: +SKIP
        ...     print(frame.time, frame.picture.shape)
    """

    dropped = 0

    def __init__(
        self, source: str | Path, *, every: float | None = None, sound: bool = False
    ) -> None:
        self._sampling = Sampling(every)
        self.name, self._container = open_container(source)
        self._stream = picture_stream(self._container, self.name)
        # As many on every machine: with more, a damaged film loses other frames.
        self._stream.thread_type, self._stream.thread_count = "AUTO", _THREADS
        rate = float(self._stream.average_rate or self._stream.guessed_rate or 0)
        self.fps = rate if 0 < rate < MAX_FPS else DEFAULT_FPS
        length = self._container.duration
        self.duration: float | None = length / 1_000_000 if length and length > 0 else None
        self.sound_stream: av.AudioStream | None = None
        if sound and self._container.streams.audio:
            self.sound_stream = self._container.streams.audio[0]
        self.sound_packets: deque[Any] = deque()
        self.problem: str | None = None
        # Broadcasts count from long ago; an .mp4 from its own beginning, edit lists considered.
        is_mp4 = "mp4" in self._container.format.name
        self._start = 0.0 if is_mp4 else (self._container.start_time or 0) / 1_000_000
        self._is_broadcast = self._container.format.name == "mpegts"
        self.is_live = self._container.format.name == "mpjpeg"
        self._first_came: float | None = None
        self._damage = Damage()
        self._time = 0.0
        self._number = 0

    @property
    def start(self) -> float:
        """Seconds of the container's clock at which the film begins."""
        return self._start

    def __iter__(self) -> Iterator[Frame]:
        for decoded in self._decoded():
            self._time, number = max(self._time, self._time_of(decoded)), self._number
            self._number += 1
            self._damage.frame_shown(self._time, corrupt=decoded.is_corrupt)
            if self._sampling.takes(self._time):
                yield Frame(self._picture(decoded), self._time, number)
        self.problem = self._damage.describe(
            self.name, self._container, self._time + 1 / self.fps if self._number else 0.0
        )

    def close(self) -> None:
        """Give the film back."""
        self._container.close()

    def _time_of(self, decoded: av.VideoFrame) -> float:
        if self.is_live:
            now = clock.monotonic()
            self._first_came = now if self._first_came is None else self._first_came
            return now - self._first_came
        if decoded.time is None:  # it has no time stamp of its own
            return self._time + 1 / self.fps if self._number else 0.0
        return decoded.time - self._start

    def _decoded(self) -> Iterator[av.VideoFrame]:
        import av

        packets = self._container.demux()
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError as error:
                self._damage.ended(error)
                yield from self._held_frames()
                return
            if packet is None:
                return
            self._damage.packet_read(packet)
            if packet.stream is not self._stream:
                if packet.stream is self.sound_stream and packet.dts is not None:
                    self.sound_packets.append(packet)
                continue
            if packet.is_corrupt and packet.size and not self._is_broadcast:
                # Cut off in the middle: the decoder's error would cost frames before it.
                self._damage.packet_lost(self._time)
                continue
            try:
                frames: Any = packet.decode()
            except av.FFmpegError:
                self._damage.packet_lost(self._time)
                if packet.size == 0:  # the end: the decoder is asked for what it holds
                    yield from self._held_frames()
                continue
            yield from frames

    def _held_frames(self) -> Iterator[av.VideoFrame]:
        """What a decoder still holds that failed when it was asked first."""
        import av

        for _ in range(_FLUSHES):
            with suppress(av.FFmpegError):
                held: Any = self._stream.codec_context.decode(None)
                yield from held
                return

    def _picture(self, decoded: av.VideoFrame) -> NDArray[np.uint8]:
        aspect = self._stream.sample_aspect_ratio
        size: dict[str, Any] = {}
        if aspect and aspect != 1:
            size = {"width": max(1, round(decoded.width * aspect)), "height": decoded.height}
        picture: Any = decoded.to_ndarray(format="rgb24", **size)
        turns = round(decoded.rotation / 90) % 4
        # Libraries that draw into the picture want it in one piece.
        return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


_STREAMS = ("rtsp://", "rtsps://", "rtmp://", "rtmps://", "udp://", "rtp://", "srt://")


def is_stream(source: str | Path) -> bool:
    """Whether it is an address that sends pictures at their own pace, as a camera does."""
    return str(source).lower().startswith(_STREAMS)


def open_film(
    source: str | Path, *, every: float | None = None, sound: bool = False, fps: float = FOLDER_FPS
) -> Film | FrameFolder:
    """Open a film.

    Args:
        source: a file, a folder of pictures (one a frame), or an address.
        every: look only at the first frame of every so many seconds; None: at all.
        sound: gather the sound, for a `FilmWriter`.
        fps: frames a second of a folder; films have their own times.

    Raises:
        InputError: if it is missing or no film, or `fps` can't be, which is said of films, too.
    """
    check_fps(fps)
    if not is_address(source) and Path(source).is_dir():
        return FrameFolder(Path(source), fps=fps, every=every)
    return Film(source, every=every, sound=sound)
