"""The faces of many photos in one table, on this machine or on many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.faces.cores import map_on_cores, processes_for
from fer_keras.faces.read_photos import (
    NO_FACE,
    NUMBERS,
    PhotoResult,
    look,
)
from fer_keras.faces.recognizer import Recognizer, process_recognizer
from fer_keras.files import whole_file
from fer_keras.ray_map import ray_map

TOGETHER = 16
"""Photos that a worker is given at a time."""

UNREAD = "unread"


@dataclass(frozen=True)
class Asked:
    """What is asked of every photo.

    Attributes:
        model: as for `Recognizer`: a path has to be the same on every machine.
        detector: `auto`, `short` or `full`.
        upright: turn tilted faces upright first.
        abstain_below: probability below which the answer is "unsure".
    """

    model: str
    detector: str = "auto"
    upright: bool = False
    abstain_below: float = 0.0

    def recognizer(self) -> Recognizer:
        """One for all the photos that a process looks at."""
        return process_recognizer(self.model, self.detector, self.upright)


Row = dict[str, Any]
"""photo, width, height, face (from 1; 0: none), emotion, probability, left, top, right, bottom,
score, p_<label>..., tried (where nothing was found: where it was looked), problem."""


@dataclass(frozen=True)
class PhotoTable:
    """What came of a table of photos.

    Attributes:
        rows: that were written.
        problems: what is wrong with the photos that can't be read, a line each.
        without: photos without a face.
        tried: of the first ones of these, a line each: where it was looked, and for what.
    """

    rows: int
    problems: list[str]
    without: int
    tried: list[str]


NAMED = 5
"""Of the photos without a face, how many are told where they were looked at."""


def write_photo_table(
    photos: Iterable[Path],
    asked: Asked,
    target: Path,
    *,
    ray: str | None = None,
    progress: Callable[[int], None] = lambda photos: None,
) -> PhotoTable:
    """Look at photos and write a row for each face as Parquet, in the order of the photos.

    A photo without a face has a row with face 0, as has one that can't be read, with its `problem`.
    Neither photos nor rows are held in memory as a whole. The table does not depend on how many
    machines looked.

    Args:
        photos: paths, the same on every machine.
        asked: the model and the like.
        target: the file.
        ray: address of a Ray cluster, or None for this machine's cores.
        progress: called with the count of photos that were looked at since the last call.

    Raises:
        InputError: if pyarrow or Ray are missing, the model can't be read, or the file can't be
            written.
    """
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise InputError(
            "parquet: needs pyarrow: pip install 'fer-keras[parquet]'", argument="parquet"
        ) from error

    paths = list(photos)
    labels = asked.recognizer().labels  # a wrong model is told before the work is sent out
    schema = pyarrow.schema(
        [
            ("photo", pyarrow.string()),
            *((name, pyarrow.int32()) for name in ("width", "height", "face")),
            ("emotion", pyarrow.string()),
            *((name, pyarrow.float32()) for name in NUMBERS),
            *((f"p_{label}", pyarrow.float32()) for label in labels),
            ("tried", pyarrow.string()),
            ("problem", pyarrow.string()),
        ]
    )
    done = PhotoTable(0, [], 0, [])
    with (
        whole_file(target, inputs=paths) as temporary,
        temporary.open("wb") as file,  # pyarrow itself opens no name that is not UTF-8
        ParquetWriter(file, schema) as table,
    ):
        for rows in photo_rows(paths, asked, ray=ray):
            table.write_table(pyarrow.Table.from_pylist(rows, schema))
            done = _counted(done, rows)
            progress(len({row["photo"] for row in rows}))
    return done


def _counted(done: PhotoTable, rows: Sequence[Row]) -> PhotoTable:
    without = [row for row in rows if row["tried"]]
    named = [f"{row['photo']}: no face; {row['tried']}" for row in without]
    return PhotoTable(
        done.rows + len(rows),
        done.problems + [row["problem"] for row in rows if row["problem"]],
        done.without + len(without),
        (done.tried + named)[:NAMED],
    )


def photo_rows(
    photos: Sequence[Path], asked: Asked, *, ray: str | None = None
) -> Iterator[list[Row]]:
    """The rows of `write_photo_table`, those of some photos at a time."""
    parts = [
        (asked, tuple(map(str, photos[start : start + TOGETHER])))
        for start in range(0, len(photos), TOGETHER)
    ]
    processes = processes_for(len(photos))
    if ray is not None:
        yield from ray_map(_look, parts, ray)
    elif processes > 1:
        yield from map_on_cores(_look, parts, processes)
    else:
        yield from map(_look, parts)


def _look(part: tuple[Asked, tuple[str, ...]]) -> list[Row]:
    asked, photos = part
    recognizer = asked.recognizer()
    found = ((photo, look(recognizer, asked.abstain_below, Path(photo))) for photo in photos)
    return [row for photo, one in found for row in _rows(_letters(photo), one)]


def _letters(text: str) -> str:
    """Parquet holds UTF-8 alone; of a name that is none the odd bytes are written as `\\udcff`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _rows(photo: str, found: PhotoResult | str) -> list[Row]:
    row: Row = {"photo": photo, "face": 0, "tried": None, "problem": None}
    if isinstance(found, str):
        return [{**row, "emotion": UNREAD, "problem": _letters(found)}]
    row |= {"width": found.width, "height": found.height}
    if not found.faces:
        return [{**row, "emotion": NO_FACE, "tried": found.tried}]
    return [
        {**row, "face": number, "emotion": found.answer(one)[1], **found.numbers(one)}
        for number, one in enumerate(found.faces, start=1)
    ]
