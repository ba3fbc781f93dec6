"""Writing a film that browsers and phones play: H.264, at the times that its frames have.

Every frame is held back until the next one says how long it lasts. The sound of the film that it
was made from is written along, never further than the pictures: wherever writing stops, what is
there is a whole film whose sound ends with its pictures.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.files import check_output, whole_file
from fer_keras.films.opening import ffmpeg_name, require_pyav

if TYPE_CHECKING:
    from fer_keras.films.film import Film
    from fer_keras.films.frame_folder import FrameFolder


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


FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
_CLOCK = 90_000
"""Ticks a second, as MPEG has them: no usual frame rate is rounded."""
_SETTINGS = {"preset": "veryfast", "bf": "0"}
"""Without frames that depend on later ones (`bf`), times need no reordering."""
_BT601, _LIMITED = 6, 1
"""How FFmpeg turns red, green, blue into H.264's colours, said so that players turn them back."""


class FilmWriter:
    """A film under a temporary name until `close`; on an error nothing is left of it.

    Args:
        path: ends in .mp4, .mov or .mkv; replaced if it exists.
        source: whose sound is written along, opened with `sound=True`; it gives the rate, too.
        quality: x264's constant rate factor, 0 (lossless) to 51; smaller is better and larger.

    Raises:
        InputError: if the suffix is another, or it can't or must not be written.

    Example:
        >>> import numpy as np
        >>> writer = FilmWriter(Path("grey.mp4"))  # doctest: +SKIP
        >>> writer.write(np.full((480, 640, 3), 128, np.uint8), time=0.0)  # doctest: +SKIP
        >>> writer.close()  # doctest: +SKIP
    """

    def __init__(
        self, path: Path, source: Film | FrameFolder | None = None, *, quality: int = 23
    ) -> None:
        inputs = [] if source is None else [Path(source.name)]
        check_film_path(path, inputs)
        self.path = path
        require_pyav()
        self._source = source
        self._quality = quality
        self._inputs = inputs
        self._file = ExitStack()
        self._container: Any = None
        self._stream: Any = None
        self._sound: SoundTrack | None = None
        self._held: tuple[Any, int] | None = None
        self._durations: dict[int, int] = {}
        self._begin = 0.0
        self._step = round(_CLOCK / (source.fps if source else 30.0))

    def write(self, picture: NDArray[np.uint8], time: float) -> None:
        """Append a picture.

        Args:
            picture: uint8, (height, width, 3), red, green, blue. Odd sides lose a pixel, as H.264
                has none; later pictures of another size are scaled to the first one's.
            time: seconds, more than the last one's; one that is not comes a moment after it.

        Raises:
            InputError: if it can't be written, on a full disk for example.
        """
        import av

        with self._failing():
            if self._container is None:
                self._open(picture, time)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame = frame.reformat(self._stream.width, self._stream.height, "yuv420p")
            due = round((time - self._begin) * _CLOCK)
            if self._held is not None:
                due = max(due, self._held[1] + 1)
                self._step = due - self._held[1]
                self._encode_held()
            self._held = (frame, due)

    def close(self) -> None:
        """Finish the film and give it its name; without pictures there is none.

        Raises:
            InputError: if it can't be written to the end.
        """
        if self._container is None:
            return
        with self._failing():
            self._encode_held()
            self._mux(self._stream.encode(None))
            if self._sound is not None:
                self._sound.finish()
            self._container.close()
            self._container = None
            self._file.close()

    def discard(self) -> None:
        """Leave nothing; after `close` it does nothing."""
        if self._container is not None:
            container, self._container = self._container, None
            with suppress(Exception):  # it may fail again as it did before
                container.close()
        with suppress(InputError):
            self._file.__exit__(InputError, InputError("discarded"), None)

    def _open(self, picture: NDArray[np.uint8], time: float) -> None:
        import av

        self._begin = time if self._source is None else 0.0
        height, width = picture.shape[:2]
        if min(height, width) < 2:
            raise InputError(f"{self.path}: {width}x{height} pixels make no film")
        kind = FORMATS[self.path.suffix.lower()]
        options = {} if kind == "matroska" else {"movflags": "+faststart"}
        temporary = self._file.enter_context(whole_file(self.path, inputs=self._inputs))
        self._container = av.open(ffmpeg_name(temporary), "w", format=kind, options=options)
        self._stream = self._container.add_stream(
            "libx264", options={**_SETTINGS, "crf": str(self._quality)}
        )
        self._stream.width, self._stream.height = width // 2 * 2, height // 2 * 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = Fraction(1, _CLOCK)
        self._stream.codec_context.time_base = Fraction(1, _CLOCK)
        self._stream.codec_context.colorspace = _BT601
        self._stream.codec_context.color_range = _LIMITED
        if self._source is not None and self._source.sound_stream is not None:
            self._sound = SoundTrack(self._source, self._container)

    def _encode_held(self) -> None:
        if self._held is None:
            return
        frame, due = self._held
        self._held = None
        frame.pts, frame.time_base, frame.duration = due, Fraction(1, _CLOCK), self._step
        self._durations[due] = self._step
        self._mux(self._stream.encode(frame))
        if self._sound is not None:
            self._sound.write_until((due + self._step) / _CLOCK)

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            packet.duration = self._durations.pop(packet.pts, self._step)
            self._container.mux(packet)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Whatever fails leaves nothing, and says so in one line."""
        import av

        try:
            yield
        except (av.FFmpegError, OSError) as error:
            self.discard()
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise InputError(f"{self.path}: can't be written ({reason})") from error
        except InputError:
            self.discard()
            raise


def check_film_path(path: Path, inputs: Iterable[Path] = (), argument: str | None = None) -> None:
    """Refuse a name that no film can be written to, before anything is done for it.

    Args:
        path: to be written.
        inputs: what is read and must not be overwritten.
        argument: of the caller, named in messages.

    Raises:
        InputError: if its suffix is none of the films that are written here, or as `check_output`.
    """
    if path.suffix.lower() not in FORMATS:
        name = f"{argument} {path}" if argument else str(path)
        raise InputError(f"{name}: end its name in {', '.join(FORMATS)}", argument)
    check_output(path, inputs=inputs, argument=argument)
