"""Films of every kind that people bring, made as a test wants them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

CLOCK = 90_000
RATE = 44_100


def write_film(
    path: Path,
    pictures: Iterable[np.ndarray],
    times: Sequence[float],
    *,
    last: float = 0.04,
    sound: float = 0.0,
    rotation: int = 0,
    sound_codec: str = "aac",
    codec: str = "libx264",
    gop: int = 12,
) -> Path:
    """Encode pictures (height, width, 3), red, green, blue, each shown from its time on.

    Args:
        path: the suffix gives the container.
        pictures: one a time.
        times: seconds.
        last: seconds that the last picture lasts.
        sound: seconds of a tone, 0: none.
        rotation: degrees counterclockwise by which a player turns the pictures.
        sound_codec: of the sound.
        codec: of the pictures.
        gop: pictures from one that stands alone to the next.
    """
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25)
        clock = 25 if path.suffix == ".avi" else CLOCK  # which knows no variable rate
        stream.time_base = stream.codec_context.time_base = Fraction(1, clock)
        stream.codec_context.gop_size = gop
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "bf": "0"}
        tone: Any = None
        if sound:
            tone = container.add_stream(sound_codec, rate=RATE)
            tone.layout = "mono"
        if rotation:
            stream.set_display_rotation(rotation)
        ends = [*times[1:], times[-1] + last]
        for picture, time, end in zip(pictures, times, ends, strict=True):
            if not stream.codec_context.is_open:
                stream.height, stream.width = picture.shape[:2]
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(time * clock), Fraction(1, clock)
            for packet in stream.encode(frame):
                packet.duration = round((end - time) * clock)
                container.mux(packet)
        container.mux(stream.encode(None))
        if sound:
            write_tone(container, tone, sound)
    return path


def write_tone(container: Any, stream: Any, seconds: float) -> None:
    wave = np.sin(np.arange(round(RATE * seconds)) * (2 * np.pi * 440 / RATE)) * 0.3
    for start in range(0, len(wave), 1024):
        part = wave[None, start : start + 1024].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        frame.time_base = Fraction(1, RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def numbered(count: int, size: tuple[int, int] = (64, 48)) -> list[np.ndarray]:
    """Flat grey pictures that tell their number by their grey."""
    width, height = size
    return [np.full((height, width, 3), 20 + number * 4, np.uint8) for number in range(count)]


def number_of(picture: np.ndarray) -> int:
    return round((float(picture.mean()) - 20) / 4)


def cut_without_encoding(source: Path, path: Path, start: float) -> Path:
    """What `ffmpeg -ss START -i SOURCE -c copy` does: an edit list hides what comes before."""
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        old.seek(round(start / stream.time_base), stream=stream)
        for packet in old.demux(stream):
            if packet.dts is None:
                continue
            packet.pts -= round(start / packet.time_base)
            packet.dts -= round(start / packet.time_base)
            packet.stream = copy
            new.mux(packet)
    return path
