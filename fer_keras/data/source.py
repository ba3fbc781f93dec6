"""What is meant by data: a file, a folder, or the embedded faces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fer_keras.data.archive import read_csv_bytes, unpacked_folder
from fer_keras.data.cache import cached
from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import FaceData
from fer_keras.data.ferplus import attach_votes, relabel
from fer_keras.data.fingerprint import fingerprint
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.data.layouts.fer2013_csv import read_fer2013
from fer_keras.data.layouts.image_folder import read_image_folder
from fer_keras.errors import InputError

SYNTHETIC = "synthetic"
LABEL_SOURCES = ("fer2013", "ferplus")
TABLES = ("fer2013.csv*", "icml_face_data.csv*", "fer2013.tar*")
"""What is looked for in a folder before it is taken for one of images."""


def open_data(
    spec: str,
    *,
    labels: str = "fer2013",
    ferplus: Path | None = None,
    ferplus_mode: str = "majority",
    sizes: tuple[int, int, int] | None = None,
    seed: int = 0,
    report: Callable[[str], None] | None = None,
) -> FaceData:
    """Read a data set, from the cache where it was read before.

    Args:
        spec: "synthetic", or the path of a FER2013 table (plain or packed) or an image folder.
        labels: `fer2013` takes the data's own labels, `ferplus` those of FER+.
        ferplus: FER+'s table of votes. With the data's own labels it only adds the votes.
        ferplus_mode: `majority` or `distribution`.
        sizes: faces in the three splits of synthetic data.
        seed: of synthetic data.
        report: called with each line that a user should know.

    Raises:
        InputError: for anything that can't be read, or options that don't fit together.
    """
    if labels not in LABEL_SOURCES:
        raise InputError(
            f"labels {labels}: take one of {', '.join(LABEL_SOURCES)}", argument="labels"
        )
    if labels == "ferplus" and ferplus is None:
        raise InputError(
            "labels ferplus: give `ferplus`, too (its fer2013new.csv)", argument="labels"
        )
    if sizes is not None and spec != SYNTHETIC:
        raise InputError("sizes: they go with `data` synthetic only", argument="sizes")
    if spec == SYNTHETIC:
        if ferplus is not None:
            raise InputError(
                "ferplus: drawn faces have no annotators; give FER2013 as `data`",
                argument="ferplus",
            )
        data = synthetic_data(*sizes, seed=seed) if sizes else synthetic_data(seed=seed)
    else:
        path = Path(spec)
        if not path.exists():
            raise InputError(
                f"data {spec}: no such file or folder (and not 'synthetic')", argument="data"
            )
        data = cached(path, lambda: _read(path))
    if labels == "ferplus" and ferplus is not None:
        data = relabel(data, ferplus, ferplus_mode)
    elif ferplus is not None:
        data = attach_votes(data, ferplus)
    if report is not None:
        for note in data.notes:
            report(f"{data.source}: {note}")
    return data


def _read(path: Path) -> FaceData:
    source = str(path)
    if path.is_dir():
        return _read_folder(path, source)
    content = read_csv_bytes(path)
    if content is None:
        with unpacked_folder(path) as folder:
            return _read_folder(folder, source)
    splits = read_fer2013(content, source)
    return FaceData(FER2013_LABELS, splits, source, fingerprint(FER2013_LABELS, splits))


def _read_folder(folder: Path, source: str) -> FaceData:
    for pattern in TABLES:
        for table in sorted(folder.glob(pattern)):
            return _read(table)
    labels, splits, notes = read_image_folder(folder, source)
    return FaceData(labels, splits, source, fingerprint(labels, splits), notes)
