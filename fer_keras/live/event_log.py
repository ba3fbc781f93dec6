"""Changes of what is said of faces, as they happen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from fer_keras.errors import InputError
from fer_keras.live.watcher import Seen


@dataclass(frozen=True)
class Change:
    """A face's decision became another.

    Attributes:
        time: seconds since the source's first picture.
        frame: number of the picture in the source, from 0.
        face: the face's number.
        before: the emotion or "unsure"; None: the face is new.
        decision: the emotion or "unsure"; None: the face is gone.
        probability: of the emotion, 0 to 1, as `Decision` has it; None of a face that is gone.
        votes, frames: of the window, as `Decision` has them; None of a face that is gone.
    """

    time: float
    frame: int
    face: int
    before: str | None
    decision: str | None
    probability: float | None
    votes: int | None
    frames: int | None


class ChangeDetector:
    """Compares what is said of each face with what was said before.

    Attributes:
        decision_changes: of faces that stayed, so far.
        raw_changes: of the most probable emotion of single frames, so far: what a viewer would see
            flicker without a rule.
    """

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.decision_changes = 0
        self.raw_changes = 0
        self._labels = labels
        self._said: dict[int, str] = {}
        self._raw: dict[int, int] = {}

    def update(
        self, seen: Sequence[Seen], alive: Sequence[int], time: float, frame: int
    ) -> list[Change]:
        """Changes in a frame.

        Args:
            seen: the faces in it.
            alive: numbers of all faces that are still followed.
            time: of the frame, in seconds.
            frame: its number.
        """
        changes = []
        for one in seen:
            said = one.decision.name(self._labels)
            before = self._said.get(one.number)
            if said != before:
                made = one.decision
                probability = round(made.probability, 4)
                counts = (made.votes, made.frames)
                changes.append(Change(time, frame, one.number, before, said, probability, *counts))
                self.decision_changes += before is not None
            raw = int(one.probabilities.argmax())
            self.raw_changes += self._raw.get(one.number, raw) != raw
            self._said[one.number], self._raw[one.number] = said, raw
        for number in sorted(self._said.keys() - set(alive)):
            before = self._said.pop(number)
            changes.append(Change(time, frame, number, before, None, None, None, None))
            self._raw.pop(number)
        return changes


class EventLog:
    """Writes changes to a file, one JSON object a line, each at once: what is there is whole lines.

    Args:
        path: replaced if it exists.
        wall_clock: add the time of day (UTC): for cameras.

    Raises:
        InputError: if the file can't be written.
    """

    def __init__(self, path: Path, *, wall_clock: bool) -> None:
        self._path = path
        self._wall_clock = wall_clock
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise InputError(f"log {path}: {error.strerror}; name a file", "log") from error
        self._length = 0

    def write(self, change: Change) -> None:
        """Append one line, whole or not at all.

        Raises:
            InputError: if it can't be written, on a full disk for example; the file then ends with
                the line before.
        """
        line: dict[str, object] = {**asdict(change), "time": round(change.time, 3)}
        if self._wall_clock:
            line["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        content = json.dumps(line).encode() + b"\n"
        try:
            self._write_all(content)
        except OSError as error:
            with suppress(OSError):  # a pipe can't be taken back
                self._file.truncate(self._length)
            raise InputError(
                f"log {self._path}: can't be written further ({error.strerror}); it is whole up "
                f"to {change.time:.2f} s",
                "log",
            ) from error
        self._length += len(content)

    def _write_all(self, content: bytes) -> None:
        # A disk that is nearly full takes a part of it, and says so of the rest.
        while content:
            content = content[self._file.write(content) :]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
