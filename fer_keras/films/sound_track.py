"""The sound of a film, written along with pictures that were made from it."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fer_keras.films.film import Film

_COPIED = {"aac", "mp3"}
"""Codecs that every player of .mp4, .mov and .mkv knows; others become AAC."""


class SoundTrack:
    """The sound stream of a film that is being written.

    Args:
        source: read at the same time; its `sound_packets` are taken.
        container: PyAV's, to which pictures are written; not yet started.
    """

    def __init__(self, source: Film, container: Any) -> None:
        sound: Any = source.sound_stream
        self._source = source
        self._container = container
        self._ready: deque[Any] = deque()
        self._shift = source.start
        self._end = 0.0
        self._encoded = sound.codec_context.name not in _COPIED
        if self._encoded:
            self._stream = container.add_stream("aac", rate=sound.codec_context.sample_rate)
            self._stream.layout = "mono" if sound.codec_context.channels == 1 else "stereo"
        else:
            self._stream = container.add_stream_from_template(sound)

    def write_until(self, end: float) -> None:
        """Write what ends by then.

        Args:
            end: seconds; never less than before.
        """
        self._end = end
        packets = self._source.sound_packets
        while packets:
            self._take(packets.popleft())
        self._write_ready()

    def finish(self) -> None:
        """Write what the encoder still holds, as far as the pictures go."""
        if self._encoded:
            self._ready.extend(self._stream.encode(None))
        self._write_ready()

    def _take(self, packet: Any) -> None:
        import av

        if not self._encoded:
            shift = round(self._shift / packet.time_base)
            packet.pts = None if packet.pts is None else packet.pts - shift
            packet.dts -= shift
            packet.stream = self._stream
            self._ready.append(packet)
            return
        with suppress(av.FFmpegError):  # damaged sound is silence
            for frame in packet.decode():
                if frame.pts is not None:
                    frame.pts -= round(self._shift / frame.time_base)
                self._ready.extend(self._stream.encode(frame))

    def _write_ready(self) -> None:
        while self._ready and _end(self._ready[0]) <= self._end:
            self._container.mux(self._ready.popleft())


def _end(packet: Any) -> float:
    begin = packet.dts if packet.pts is None else packet.pts
    return float(((begin or 0) + (packet.duration or 0)) * packet.time_base)
