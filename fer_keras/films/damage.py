"""Whether a film is whole.

Durations are no proof: containers round them, sound outlasts pictures, an edit list hides frames,
and some films just end with a short last frame. So a film is called cut off only where its index
names bytes that the file doesn't have (mp4, mov), where the file is smaller than its header says
(avi), or where all of its streams end long before its duration (mkv, webm, which have neither).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

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
        file = Path(container.name)
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
