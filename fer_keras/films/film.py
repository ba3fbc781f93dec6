"""Reading a film: every frame at its true time.

Times are the container's own, so that films of variable frame rate, films with edit lists (cut
without being encoded anew) and films that begin late keep theirs. FFmpeg's libraries, by PyAV, read
whatever they know, from files and from addresses.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.films.damage import Damage
from fer_keras.films.frame import DEFAULT_FPS, Frame
from fer_keras.films.opening import open_container, picture_stream
from fer_keras.films.sampling import Sampling

if TYPE_CHECKING:
    import av

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
        self._damage = Damage()
        self._time = 0.0
        self._number = 0

    @property
    def start(self) -> float:
        """Seconds of the container's clock at which the film begins."""
        return self._start

    def __iter__(self) -> Iterator[Frame]:
        for decoded in self._decoded():
            frame_time = decoded.time
            time = self._next_time() if frame_time is None else frame_time - self._start
            self._time, number = max(self._time, time), self._number
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

    def _next_time(self) -> float:
        """Of a frame without a time stamp of its own."""
        return self._time + 1 / self.fps if self._number else 0.0

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
