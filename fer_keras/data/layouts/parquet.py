"""Data sets as Hugging Face keeps them: parquet files of encoded pictures and labels.

data/train-00000-of-00002.parquet   with `image` (bytes and path, or bytes) and `label`
default/train/0000.parquet          as the Hub converts data sets of other forms
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from fer_keras.data.face_data import FaceData
from fer_keras.data.layouts.listing import Listing, NewImages, Picture, in_memory, read_listing
from fer_keras.data.layouts.walk import visible
from fer_keras.errors import InputError
from fer_keras.files import check_input_file, reason

if TYPE_CHECKING:
    import pyarrow.parquet

IMAGES = ("image", "img", "img_bytes", "image_bytes", "pixels")
LABELS = ("label", "labels", "emotion", "expression", "class")
"""Columns, by what their authors call them."""

SPLIT = re.compile(r"(train|valid|validation|val|dev|test)(?:[-_.].*)?", re.IGNORECASE)
SPLITS = {"train": "train", "test": "test"}
LARGEST_PICTURE = 1 << 24
"""Bytes of one encoded face."""

ROWS = 512
"""Encoded pictures in memory at a time."""


SHARD = re.compile(r"(.*)-(\d{5})-of-(\d{5})")


def find_parquet(folder: Path) -> Path | None:
    """Where parquet files lie, or folders of them called as splits; or None."""
    for place in (folder, folder / "data", folder / "default"):
        if place.is_dir() and _files(place):
            return place
    return None


def _files(place: Path) -> list[Path]:
    children = visible(place)
    found = [path for path in children if path.suffix == ".parquet"]
    if found:
        return found
    splits = [child for child in children if _split(child.name) and child.is_dir()]
    return [path for child in splits for path in visible(child) if path.suffix == ".parquet"]


def is_parquet(path: Path) -> bool:
    """Whether a file's first bytes are parquet's."""
    check_input_file(path)
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def read_parquet(
    path: Path,
    source: str,
    new_images: NewImages = in_memory,
    class_order: Sequence[str] | None = None,
) -> FaceData:
    """The faces of a parquet file, or of a folder of them.

    Args:
        path: a file, or where the files lie; splits follow from the names of files.
        source: its name, for messages.
        new_images: makes the arrays that the faces are written into.
        class_order: what the numbers 0, 1, 2 mean where the files don't say.

    Raises:
        InputError: if pyarrow is missing, a file can't be read, or the numbers' meaning is unknown.
    """
    _require_pyarrow(source)
    files = [path] if path.is_file() else _files(path)
    splits = {
        file: _split(file.stem if file == path or file.parent == path else file.parent.name)
        for file in files
    }
    notes = []
    if len(files) > 1:
        notes = [
            f"left: {_title(file, path)}, whose name begins with no split"
            for file in files
            if not splits[file]
        ]
        files = [file for file in files if splits[file]]
        notes += _missing_shards(files)
    pictures = [
        Picture(f"{_title(file, path)}, row {row}", label, splits[file])
        for file in files
        for row, label in enumerate(_labels(file, f"{source}: {_title(file, path)}", class_order))
    ]
    contents = (
        BytesIO(encoded)
        for file in files
        for encoded in _encoded(file, f"{source}: {_title(file, path)}")
    )
    return read_listing(Listing("parquet", pictures, notes), contents, source, new_images)


def _title(file: Path, path: Path) -> str:
    return file.name if file == path else file.relative_to(path).as_posix()


def _missing_shards(files: Sequence[Path]) -> list[str]:
    """A line for each split of which files are not there, by the numbers that the others have."""
    there: dict[tuple[str, int], int] = {}
    for file in files:
        if match := SHARD.fullmatch(file.stem):
            key = match[1], int(match[3])
            there[key] = there.get(key, 0) + 1
    return [
        f"{stem}: only {count} of its {whole} files are there"
        for (stem, whole), count in there.items()
        if count < whole
    ]


def _require_pyarrow(source: str) -> None:
    if find_spec("pyarrow") is None:
        raise InputError(f"{source}: parquet needs pyarrow: pip install 'fer-keras[parquet]'")


def _split(stem: str) -> str:
    match = SPLIT.fullmatch(stem)
    return SPLITS.get(match[1].lower(), "validation") if match else ""


def _labels(file: Path, title: str, class_order: Sequence[str] | None) -> list[str]:
    """The class name of each row."""
    with _opened(file, title) as table:
        column = _column(table.schema_arrow.names, LABELS, title)
        values = table.read(columns=[column]).column(0).to_pylist()
        names = class_order or _class_names(table.schema_arrow.metadata or {}, column)
    if all(isinstance(value, str) for value in values):
        return values
    if names is None:
        raise InputError(
            f"{title}: the column {column} holds numbers and the file does not name their classes; "
            "give `class_order`, e.g. angry,disgust,fear,happy,sad,surprise,neutral"
        )
    for row, value in enumerate(values):
        if not isinstance(value, int) or not 0 <= value < len(names):
            raise InputError(
                f"{title}, row {row}: {column} is {value!r}; it must be a number from 0 to "
                f"{len(names) - 1}"
            )
    return [names[value] for value in values]


def _class_names(metadata: Mapping[bytes, bytes], column: str) -> list[str] | None:
    """What `datasets` writes of a column of class labels, or None."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        names = features[column]["names"]
    except (KeyError, TypeError, ValueError):
        return None
    good = isinstance(names, list) and names and all(isinstance(name, str) for name in names)
    return names if good else None


def _encoded(file: Path, title: str) -> Iterator[bytes]:
    """The encoded picture of each row, some hundred in memory at a time."""
    with _opened(file, title) as table:
        column = _column(table.schema_arrow.names, IMAGES, title)
        row = 0
        for batch in table.iter_batches(batch_size=ROWS, columns=[column]):
            for value in batch.column(0).to_pylist():
                content = value.get("bytes") if isinstance(value, dict) else value
                if not isinstance(content, bytes) or len(content) > LARGEST_PICTURE:
                    raise InputError(
                        f"{title}, row {row}: {column} holds no encoded picture of a face"
                    )
                yield content
                row += 1


def _column(names: Sequence[str], known: Sequence[str], title: str) -> str:
    for name in known:
        if name in names:
            return name
    raise InputError(f"{title}: no column {' or '.join(known[:2])}; it has {', '.join(names)[:80]}")


@contextmanager
def _opened(file: Path, title: str) -> Iterator[pyarrow.parquet.ParquetFile]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    check_input_file(file)
    try:
        # Opened here: pyarrow itself opens no name that is not UTF-8.
        with file.open("rb") as opened, ParquetFile(opened) as table:
            yield table
    except (OSError, pyarrow.ArrowException) as error:
        raise InputError(f"{title}: can't be read as parquet ({reason(error)})") from error
