"""Opening what data comes packed in, without trusting it."""

from __future__ import annotations

import gzip
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from fer_keras.errors import InputError
from fer_keras.files import check_input_file, reason
from fer_keras.scratch_folder import scratch_folder

LARGEST_TABLE = 2**30
"""Bytes of an unpacked CSV; FER2013's has 0.3 GB."""

LARGEST_FOLDER = 8 * 2**30
"""Bytes of an unpacked image folder."""

SMALLEST_FILE = 4096
"""Bytes on disk of the smallest file, so that millions of empty ones count too."""

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
NEIGHBOURS = (".csv", ".txt", ".lst", ".npy", ".parquet")
"""Files that say what the pictures beside them show."""

CSV_NAMES = ("fer2013.csv", "icml_face_data.csv", "ckextended.csv")
BROKEN = (
    *(EOFError, OSError, lzma.LZMAError, zlib.error, tarfile.TarError, zipfile.BadZipFile),
    # Versions that zipfile doesn't know, numbers in headers that are none, links to themselves.
    *(NotImplementedError, ValueError, OverflowError, RecursionError, KeyError, struct.error),
)


def _is_zip(path: Path) -> bool:
    """Whether a file's first bytes are those of a zip, whatever its name and however damaged."""
    return _starts(path, b"PK\x03\x04") or _starts(path, b"PK\x05\x06")


def read_csv_bytes(path: Path) -> bytes | None:
    """The bytes of the CSV in a plain, gzip, xz, zip or tar file; None if it packs images instead.

    Raises:
        InputError: if the file is missing, empty, damaged, a decompression bomb, has members that
            would land outside a folder, or holds neither a CSV nor images.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    check_input_file(path)
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty; download it again")
    with _damage_said(path):
        return _read_csv_bytes(path)


@contextmanager
def _damage_said(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except BROKEN as error:
        raise InputError(
            f"{path}: the archive is damaged ({reason(error)}); download it again"
        ) from error


def table_name(path: Path) -> str:
    """The name of the table that `read_csv_bytes` gave: the file's, or that of a zip's member."""
    if _is_zip(path):
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
        return PurePosixPath(_csv_member(names, path) or path.name).name
    return path.name


def _read_csv_bytes(path: Path) -> bytes | None:
    if _is_zip(path):
        return _csv_from_zip(path)
    if _is_tar(path):
        return _csv_from_tar(path)
    with _stream(path) as file:
        return _bounded(file, path, LARGEST_TABLE)


def _stream(path: Path) -> IO[bytes]:
    """The unpacked bytes of a gzip or xz file, or a file as it is."""
    if _starts(path, b"\x1f\x8b"):
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return lzma.open(path, "rb") if _starts(path, b"\xfd7zXZ\x00") else path.open("rb")


def _is_tar(path: Path) -> bool:
    """Whether the bytes, unpacked where they are packed, carry tar's signature."""
    with _stream(path) as file:
        return file.read(262)[257:] == b"ustar"


@contextmanager
def _tar(path: Path) -> Iterator[tarfile.TarFile]:
    """A tar file, packed or not; at the end the rest is read too, for the checksum behind it."""
    with _stream(path) as file:
        with tarfile.open(fileobj=file) as archive:
            yield archive
        while file.read(1 << 22):
            pass


def _starts(path: Path, signature: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(signature)) == signature


def _bounded(file: IO[bytes], path: Path, limit: int) -> bytes:
    """All of a stream, but never more than `limit` bytes."""
    chunks, size = [], 0
    while chunk := file.read(1 << 22):
        size += len(chunk)
        if size > limit:
            raise _too_large(path)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(path: Path) -> InputError:
    return InputError(
        f"{path}: unpacks to far more than a data set of faces (a decompression bomb?); "
        "don't trust this file"
    )


def _csv_from_zip(path: Path) -> bytes | None:
    with zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        name = _csv_member(names, path)
        if name is None:
            return None
        with _opened(archive, name, path) as file:
            return _bounded(file, path, LARGEST_TABLE)


@contextmanager
def _opened(archive: zipfile.ZipFile, name: str, path: Path) -> Iterator[IO[bytes]]:
    try:
        file = archive.open(name)
    except RuntimeError as error:  # a password, or a compression that Python doesn't know
        raise InputError(f"{path}: {name}: {reason(error)}; unpack it yourself") from error
    with file:
        yield file


def _csv_from_tar(path: Path) -> bytes | None:
    with _tar(path) as archive:
        names, size = [], 0
        for member in archive:
            # To get to the next member its bytes are unpacked: stop before a bomb is.
            size += member.size
            if size > LARGEST_FOLDER:
                raise _too_large(path)
            if member.isfile():
                names.append(member.name)
        name = _csv_member(names, path)
        if name is None:
            return None
        file = archive.extractfile(name)
        if file is None:
            raise InputError(f"{path}: {name} can't be read; unpack the archive yourself")
        return _bounded(file, path, LARGEST_TABLE)


def _csv_member(names: list[str], path: Path) -> str | None:
    """The member to read; None if the archive holds images."""
    for name in names:
        _check_member(name, path)
    tables = [name for name in names if name.lower().endswith(".csv")]
    known = [name for name in tables if PurePosixPath(name).name.lower() in CSV_NAMES]
    if known:
        return known[0]
    if any(name.lower().endswith((*IMAGE_SUFFIXES, ".parquet")) for name in names):
        return None
    if len(tables) == 1:
        return tables[0]
    raise InputError(
        f"{path}: holds {'several CSV files' if tables else 'neither a CSV file nor images'}; "
        "expected fer2013.csv, icml_face_data.csv or a folder of images"
    )


def _check_member(name: str, path: Path) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or (parts and parts[0].endswith(":")):
        raise InputError(
            f"{path}: the member {name!r} would land outside its folder; don't trust this archive"
        )


@contextmanager
def unpacked_folder(path: Path) -> Iterator[Path]:
    """A temporary folder with an archive's images, for as long as the context lasts.

    Raises:
        InputError: as `read_csv_bytes`.
    """
    with scratch_folder() as temporary:
        with _damage_said(path):
            _unpack(path, temporary)
        yield temporary


def _unpack(path: Path, folder: Path) -> None:
    left = LARGEST_FOLDER
    for name, file in _image_members(path):
        content = _bounded(file, path, left)
        left -= max(len(content), SMALLEST_FILE)
        if left < 0:
            raise _too_large(path)
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except (OSError, ValueError) as error:  # a full disk, or a name that can be no file's
            raise InputError(
                f"{path}: {name!r} can't be unpacked into {folder.parent} ({reason(error)})"
            ) from error


def _image_members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of each image; links and other members are passed over."""
    if _is_zip(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.lower().endswith((*IMAGE_SUFFIXES, *NEIGHBOURS)):
                    _check_member(info.filename, path)
                    with _opened(archive, info.filename, path) as file:
                        yield os.path.normpath(info.filename), file
        return
    with _tar(path) as tar:
        for member in tar:
            if member.isfile() and member.name.lower().endswith((*IMAGE_SUFFIXES, *NEIGHBOURS)):
                _check_member(member.name, path)
                content = tar.extractfile(member)
                if content is not None:
                    yield os.path.normpath(member.name), content
