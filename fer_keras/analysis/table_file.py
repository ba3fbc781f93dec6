"""The table of a film, written as it goes: memory stays flat however long the film is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from fer_keras.errors import InputError
from fer_keras.films import Frame
from fer_keras.live.watcher import Seen

Row = tuple[float | int | str, ...]

PLACES = 2
"""Decimals of pixels."""
TIMES = 4
"""Decimals of seconds and probabilities."""


def column_names(labels: Sequence[str]) -> list[str]:
    """Names of the columns of `face_rows`."""
    place = ("x", "y", "width", "height")
    return ["time_s", "frame", "face_id", *place, "label", "probability", *labels]


def face_rows(frame: Frame, seen: Sequence[Seen], labels: tuple[str, ...]) -> list[Row]:
    """Rows under `column_names`, one for each face in the order of their numbers.

    `x` and `y` are the box's upper left corner in pixels; `label` may be "unsure"; `probability` is
    the leading emotion's, also where it is.
    """
    return [
        (
            round(frame.time, TIMES),
            frame.number,
            one.number,
            *(
                round(value, PLACES)
                for value in (one.face.left, one.face.top, one.face.width, one.face.height)
            ),
            one.decision.name(labels),
            round(one.decision.probability, TIMES),
            *(round(float(value), TIMES) for value in one.probabilities),
        )
        for one in seen
    ]


_GROUP = 10_000
"""Rows of a parquet row group."""
_WHOLE = ("frame", "face_id")


class TableFile(Protocol):
    """Takes rows until it is closed."""

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows under `column_names`."""

    def close(self) -> None:
        """Finish the file."""


def open_table(path: Path, kind: str, labels: Sequence[str]) -> TableFile:
    """Begin a table.

    Args:
        path: of the file.
        kind: "csv" or "parquet".
        labels: the emotions.

    Raises:
        InputError: if parquet can't be written on this machine.
    """
    return CsvTable(path, labels) if kind == "csv" else ParquetTable(path, labels)


class CsvTable:
    """Comma separated values, every frame's rows in the file as soon as they are known."""

    def __init__(self, path: Path, labels: Sequence[str]) -> None:
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(column_names(labels))

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._writer.writerows(rows)
        self._file.flush()

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class ParquetTable:
    """Apache Parquet, in groups of rows."""

    def __init__(self, path: Path, labels: Sequence[str]) -> None:
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError as error:
            raise InputError(
                "table: parquet needs pyarrow; `pip install 'fer-keras[parquet]'`", "table"
            ) from error
        self._columns = column_names(labels)
        self._schema = pa.schema([(name, _type(name)) for name in self._columns])
        self._file = path.open("wb")  # pyarrow itself opens no name that is not UTF-8
        self._writer: Any = parquet.ParquetWriter(self._file, self._schema)
        self._rows: list[Row] = []

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._rows += rows
        if len(self._rows) >= _GROUP:
            self._write_group()

    def close(self) -> None:
        """Finish the file."""
        with self._file:
            self._write_group()
            self._writer.close()

    def _write_group(self) -> None:
        import pyarrow as pa

        if self._rows:
            columns = [list(column) for column in zip(*self._rows, strict=True)]
            arrays = [
                pa.array(values, field.type)
                for values, field in zip(columns, self._schema, strict=True)
            ]
            self._writer.write_table(pa.table(arrays, schema=self._schema))
        self._rows = []


def _type(name: str) -> Any:
    import pyarrow as pa

    if name == "label":
        return pa.string()
    return pa.int64() if name in _WHOLE else pa.float64()
