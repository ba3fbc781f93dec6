"""Which layout a file or folder has, by what lies in it: never by guess."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from fer_keras.data.archive import read_csv_bytes, table_name, unpacked_folder
from fer_keras.data.face_data import FaceData, fingerprint
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.data.layouts.affectnet import find_affectnet, list_affectnet
from fer_keras.data.layouts.ck_plus import find_ck_plus, list_ck_plus
from fer_keras.data.layouts.expw import find_expw, list_expw
from fer_keras.data.layouts.fer2013_csv import read_fer2013
from fer_keras.data.layouts.ferplus_folders import find_ferplus_folders, list_ferplus_folders
from fer_keras.data.layouts.image_folder import FOLDERS, list_image_folder
from fer_keras.data.layouts.jaffe import find_jaffe, list_jaffe
from fer_keras.data.layouts.listing import Listing, NewImages, in_memory, read_listing
from fer_keras.data.layouts.parquet import find_parquet, is_parquet, read_parquet
from fer_keras.data.layouts.raf_db import (
    find_kaggle_raf_db,
    find_raf_db,
    list_kaggle_raf_db,
    list_raf_db,
)
from fer_keras.data.layouts.walk import inner_folder, pictures_below, visible
from fer_keras.data.splitting import complete_table
from fer_keras.errors import InputError
from fer_keras.files import check_input_file

TABLES = ("fer2013.csv*", "icml_face_data.csv*", "fer2013.tar*", "ckextended.csv*", "train.csv*")
"""What is looked for in a folder before its pictures are; the first one is read."""

LAYOUTS: tuple[tuple[Callable[[Path], Path | None], Callable[[Path, str], Listing]], ...] = (
    (find_raf_db, list_raf_db),
    (find_kaggle_raf_db, list_kaggle_raf_db),
    (find_affectnet, list_affectnet),
    (find_ferplus_folders, list_ferplus_folders),
    (find_ck_plus, list_ck_plus),
    (find_expw, list_expw),
    (find_jaffe, list_jaffe),
)
"""How each is found, and how it is read. None of them can be taken for another."""


def read_path(
    path: Path,
    *,
    new_images: NewImages = in_memory,
    class_order: Sequence[str] | None = None,
) -> FaceData:
    """Read a file or folder of any layout.

    Args:
        path: a table, plain or packed; a parquet file; a folder, or an archive of one.
        new_images: makes the arrays that pictures are written into.
        class_order: what class folders with numbers for names, or the numbers of a parquet file,
            mean.

    Raises:
        InputError: for anything that can't be read.
    """
    return _read(path, str(path), new_images, class_order)


def _read(
    path: Path, source: str, new_images: NewImages, class_order: Sequence[str] | None
) -> FaceData:
    if path.is_dir():
        return _read_folder(path, source, new_images, class_order)
    if is_parquet(path):
        return read_parquet(path, source, new_images, class_order)
    content = read_csv_bytes(path)
    if content is None:
        with unpacked_folder(path) as folder:
            return _read_folder(folder, source, new_images, class_order)
    if class_order is not None:
        raise InputError(
            f"class_order: {source} is a table of FER2013's kind, whose numbers are known; "
            "leave it out"
        )
    is_ck_plus = table_name(path).lower().startswith("ckextended.csv")
    name, labels = ("CK+'s table", EMOTIONS) if is_ck_plus else ("FER2013's table", FER2013_LABELS)
    splits, notes = complete_table(read_fer2013(content, source, labels))
    faces = ", ".join(f"{split} {len(rows):,}" for split, rows in splits.items())
    notes = [f"read as {name}: {faces} faces", *notes]
    if is_ck_plus:
        notes.append("it does not say whose faces they are: one subject stands in several splits")
    return FaceData(labels, splits, source, fingerprint(labels, splits), tuple(notes))


def _read_folder(
    folder: Path, source: str, new_images: NewImages, class_order: Sequence[str] | None
) -> FaceData:
    place = inner_folder(folder, FOLDERS)
    for pattern in TABLES:
        for table in sorted(place.glob(pattern)):
            if table.is_file() and (not pattern.startswith("train") or _has_pixels(table)):
                data = _read(table, source, new_images, class_order)
                return replace(data, notes=(*data.notes, *_beside(place, table)))
    if (files := find_parquet(place)) is not None:
        return read_parquet(files, source, new_images, class_order)
    for find, list_pictures in LAYOUTS:
        for root in dict.fromkeys((folder, place)):
            if find(root) is None:
                continue
            if class_order is not None:
                raise InputError(
                    f"class_order: {source} is a known data set, which says what its numbers mean; "
                    "leave it out"
                )
            return _read_listing(list_pictures(root, source), root, source, new_images)
    listing = list_image_folder(folder, source, class_order)
    return _read_listing(listing, folder, source, new_images)


def _read_listing(listing: Listing, folder: Path, source: str, new_images: NewImages) -> FaceData:
    contents = (folder / picture.path for picture in listing.pictures)
    return read_listing(listing, contents, source, new_images)


def _has_pixels(table: Path) -> bool:
    """Whether a table called train.csv is FER2013's."""
    check_input_file(table)
    with table.open("rb") as file:
        return b"pixels" in file.read(200).split(b"\n")[0] or table.suffix != ".csv"


def _beside(folder: Path, table: Path) -> list[str]:
    """What stands beside a table and is not read."""
    left = []
    for child in visible(folder):
        if child.is_dir() and (count := pictures_below(child)):
            left.append(f"{child.name} ({count:,} images)")
        elif child != table and child.suffix in (".csv", ".parquet"):
            left.append(child.name)
    return [f"{table.name} is read; left: {', '.join(left)}"] if left else []
