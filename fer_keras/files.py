"""Files that are read with care, and written whole or not at all, never over what must stay.

A writer gets another name in the same folder; the file takes its own name once every byte is on
the disk. Whoever reads the name, or writes it at the same time, sees one whole file or another. A
process that is killed leaves its temporary file behind; the next one that writes into the folder
takes it away, because the lock on it died with its owner.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import secrets
import stat
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError

try:
    import fcntl
except ImportError:  # Windows has none: temporaries are then swept by age alone
    fcntl = None  # type: ignore[assignment]

PARTIAL = ".partial-"
"""Start of the names of files and folders that are not whole yet."""

YOUNG = 60.0
"""Seconds for which nothing is swept: its owner may be between making and locking it."""

ABANDONED = 24 * 3600.0
"""Seconds after which a temporary is swept even where nothing can be locked."""

_SWEPT: set[tuple[int, str]] = set()


@contextlib.contextmanager
def whole_file(
    path: Path, *, inputs: Iterable[Path] = (), mode: int | None = None
) -> Iterator[Path]:
    """A temporary path to write to; at the end it is `path`, after an error it is gone.

    Args:
        path: what is written. Its folder is made. A link is followed. A file that is there is
            replaced, and keeps its rights.
        inputs: what must not be overwritten, as in `check_output`.
        mode: its rights, such as 0o600; default: those of the file that is there, or what the
            user's mask allows.

    Yields:
        An empty file beside `path`, with the same suffix.

    Raises:
        InputError: if `path` can't be written: a full disk, no right, a device, one of `inputs`.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with whole_file(folder / "a.txt") as temporary:
    ...     _ = temporary.write_text("whole")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    check_output(path, inputs=inputs)
    temporary: Path | None = None
    lock = -1
    try:
        with _as_input_error(str(path), None, None):
            final = path.resolve() if path.is_symlink() else path
            final.parent.mkdir(parents=True, exist_ok=True)
            sweep(final.parent)
            # The whole name would not do: it may be as long as names can be.
            temporary = final.with_name(f"{PARTIAL}{secrets.token_hex(8)}{final.suffix[:16]}")
            lock = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode or 0o666)
            take_lock(lock)
        with _as_input_error(str(path), temporary, None):
            yield temporary
            _to_disk(temporary)
            if mode is None and final.exists():
                temporary.chmod(stat.S_IMODE(final.stat().st_mode))
            temporary.replace(final)
            _to_disk(final.parent)
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        if lock >= 0:
            os.close(lock)


def write_bytes(
    path: Path, content: bytes, *, inputs: Iterable[Path] = (), mode: int | None = None
) -> None:
    """Write a file, whole or not at all; arguments and errors as for `whole_file`."""
    with whole_file(path, inputs=inputs, mode=mode) as temporary, temporary.open("wb") as file:
        written = file.write(content)
        if written != len(content):
            raise InputError(f"{path}: only {written} of {len(content)} bytes could be written")


def write_text(path: Path, text: str, *, inputs: Iterable[Path] = ()) -> None:
    """Write a text as UTF-8, whole or not at all; arguments and errors as for `whole_file`.

    Names of files need not be UTF-8: what of them has no letter is written as `\\udcff`.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"), inputs=inputs)


def check_output(path: Path, *, inputs: Iterable[Path] = (), argument: str | None = None) -> None:
    """Refuse a file that can't or must not be written, before work is spent on its content.

    Args:
        path: what will be written.
        inputs: what is read. A file is refused in any spelling (relative, linked, in capitals where
            those don't count); so is whatever lies below a folder.
        argument: the caller's argument that errors name.

    Raises:
        InputError: if it is a folder, a device or a pipe, one of `inputs`, write-protected, has a
            name that is too long, or lies where nothing may be written.
    """
    name = f"{argument} {path}" if argument else str(path)
    with _as_input_error(name, None, argument):
        there = _status(path)
        if there is not None:
            if stat.S_ISDIR(there.st_mode):
                raise InputError(f"{name}: is a folder; name a file", argument)
            if not stat.S_ISREG(there.st_mode):
                raise InputError(f"{name}: a device or a pipe, no file; name another", argument)
        for source in inputs:
            if _is_same_or_below(path, source, there):
                raise InputError(
                    f"{name}: would overwrite {source}, which is read; name another", argument
                )
        if there is not None and not os.access(path, os.W_OK):
            raise InputError(f"{name}: is write-protected; name another file", argument)
        _check_folder(name, (path.resolve() if path.is_symlink() else path).parent, argument)


def check_output_folder(
    folder: Path, *, inputs: Iterable[Path] = (), argument: str | None = None
) -> None:
    """Refuse a folder in which no files can or must be written; arguments as for `check_output`.

    Raises:
        InputError: if a file is in the way, no file may be made there, or it is one of `inputs`
            or below one that is a folder.
    """
    name = f"{argument} {folder}" if argument else str(folder)
    with _as_input_error(name, None, argument):
        for source in inputs:
            if source.is_dir() and _is_same_or_below(folder, source, None):
                raise InputError(
                    f"{name}: lies in {source}, which is read; name another folder", argument
                )
        _check_folder(name, folder, argument)


def check_input_file(path: Path) -> None:
    """Refuse what is no file: opening a pipe would wait for ever, a device has no end.

    Raises:
        InputError: if `path` is missing, a folder, a pipe, a socket or a device.
    """
    try:
        there = _status(path)
    except OSError as error:
        raise InputError(f"{path}: can't be read ({reason(error)})") from error
    if there is None:
        raise InputError(f"{path}: no such file")
    if stat.S_ISDIR(there.st_mode):
        raise InputError(f"{path}: is a folder; name a file")
    refuse_pipe(path)


def refuse_pipe(path: Path, *, argument: str | None = None) -> None:
    """Refuse a pipe, a socket or a device; `argument` as for `check_output`.

    Raises:
        InputError: if `path` is one. What is missing passes: its reader says more of it.
    """
    try:
        there = _status(path)
    except OSError:
        return
    if there is not None and not (stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode)):
        name = f"{argument} {path}" if argument else str(path)
        raise InputError(
            f"{name}: a pipe or a device, no file; copy its content into a file first", argument
        )


def sweep(folder: Path) -> None:
    """Remove what killed processes left half-written in a folder, once in each process."""
    key = (os.getpid(), os.fspath(folder.absolute()))
    if key in _SWEPT:
        return
    _SWEPT.add(key)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PARTIAL) and entry.is_file(follow_symlinks=False):
                _sweep_file(Path(entry.path))


def reason(error: Exception) -> str:
    """What the system says of an error, in a few words and on one line.

    >>> reason(FileNotFoundError(2, "No such file or directory", "a"))
    'No such file or directory'
    """
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(str(text).split())[:200] or type(error).__name__


def is_unicode(text: str) -> bool:
    r"""Whether a name is letters throughout: many libraries take no other.

    >>> is_unicode("café"), is_unicode("caf\udce9")
    (True, False)
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_systems(error: BaseException) -> bool:
    """Whether an error, or what it came of, is the system's: a full disk, no right.

    Keras takes the cause from what passes through it, and leaves the context.
    """
    return any(
        isinstance(one, OSError) for one in (error, error.__cause__, error.__context__) if one
    )


def take_lock(file: int) -> bool:
    """Take the lock of an open file, which ends with the process; whether that was possible.

    Args:
        file: its descriptor, open for writing.
    """
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another's, or a file system without locks
        return False
    return True


def _sweep_file(path: Path) -> None:
    with contextlib.suppress(OSError):
        age = time.time() - path.stat().st_mtime
        if age < YOUNG:
            return
        file = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            if take_lock(file) or age > ABANDONED:
                path.unlink()
        finally:
            os.close(file)


def _status(path: Path) -> os.stat_result | None:
    """What a path leads to; None where nothing is (a link may lead there)."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_same_or_below(path: Path, source: Path, there: os.stat_result | None) -> bool:
    try:
        read = source.stat()
    except (OSError, ValueError):
        return False
    if there is not None and os.path.samestat(there, read):
        return True
    if not stat.S_ISDIR(read.st_mode):
        return False
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        found = _status(folder)
        if found is not None and os.path.samestat(found, read):
            return True
    return False


def _check_folder(name: str, folder: Path, argument: str | None) -> None:
    """Raise unless files can be made in a folder, or it in the nearest one that is there."""
    nearest = folder.absolute()
    while _status(nearest) is None and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise InputError(f"{name}: {nearest} is a file, not a folder; name another", argument)
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(f"{name}: no right to write in {nearest}; name another folder", argument)


def _to_disk(path: Path) -> None:
    """Wait until it is on the disk: a full one may only tell now."""
    if path.is_dir() and fcntl is None:
        return  # Windows opens no folders
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that can't
            raise
    finally:
        os.close(file)


@contextlib.contextmanager
def _as_input_error(name: str, temporary: Path | None, argument: str | None) -> Iterator[None]:
    """Say the name that the user knows; errors of other files than the temporary one pass."""
    try:
        yield
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:  # the last: a link that leads to itself
        named = getattr(error, "filename", None)
        if temporary is not None and (
            not isinstance(error, OSError) or (named and Path(os.fsdecode(named)) != temporary)
        ):
            raise
        raise InputError(f"{name}: can't be written ({reason(error)})", argument) from error


LARGEST_JSON = 1 << 28
"""Bytes of the largest JSON file that is read."""


def read_json(path: Path) -> Any:
    """What a JSON file holds, its numbers finite.

    Raises:
        InputError: if it is missing, a folder or a pipe, can't be read, is no JSON or nested too
            deeply, or holds NaN, an infinity or a number that is too large (`1e999`).

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.json"
    >>> _ = path.write_text('{"epochs": 3}')
    >>> read_json(path)
    {'epochs': 3}
    """
    check_input_file(path)
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise InputError(f"{path}: too large for a JSON file of ours")
        text = path.read_text(encoding="utf-8")
        return json.loads(text, parse_float=_finite, parse_constant=_finite)
    except InputError:
        raise
    except RecursionError as error:
        raise InputError(f"{path}: not valid JSON (nested too deeply)") from error
    except OSError as error:
        raise InputError(f"{path}: can't be read ({reason(error)})") from error
    except ValueError as error:  # of the parser, and of bytes that are no UTF-8
        raise InputError(f"{path}: not valid JSON ({reason(error)})") from error


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number


UNPACKED = 1 << 26
"""Bytes that any zip archive may unpack to."""

UNPACKED_TIMES = 20
"""So much larger may others become: weights and their like are barely compressed, or not at all."""


def is_bomb(archive: zipfile.ZipFile) -> bool:
    """Whether a zip archive of weights unpacks to far more than its members weigh in it.

    What it says of their sizes can be believed: no more is ever unpacked.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    return unpacked > UNPACKED + UNPACKED_TIMES * sum(member.compress_size for member in members)
