"""Whether browsers play a film as it is, with the times that we read."""

from __future__ import annotations

from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.films.opening import open_container, picture_stream

_SOUNDS = {"aac", "mp3"}
_PIXELS = {"yuv420p", "yuvj420p"}


def plays_in_browsers(path: Path) -> bool:
    """Whether it is an .mp4 with H.264 that begins at 0, is not turned and has square pixels."""
    import av

    try:
        name, container = open_container(path)
        stream = picture_stream(container, name)
    except InputError:
        return False
    with container:
        codec = stream.codec_context
        if (
            "mp4" not in container.format.name
            or codec.name != "h264"
            or codec.pix_fmt not in _PIXELS
            or stream.sample_aspect_ratio not in (None, 0, 1)
            or container.start_time
            or stream.start_time
            or any(one.codec_context.name not in _SOUNDS for one in container.streams.audio)
        ):
            return False
        try:
            first = next(container.decode(stream))
        except (av.FFmpegError, StopIteration):
            return False
        return first.rotation == 0 and not first.is_corrupt
