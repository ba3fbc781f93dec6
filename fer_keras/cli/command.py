"""What every command does before its own work: looks at the paths that it was given."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from typer.core import TyperCommand

from fer_keras.cli.streams import describe
from fer_keras.errors import InputError
from fer_keras.files import check_output, check_output_folder, refuse_pipe
from fer_keras.scratch_folder import swept_temporaries

WRITTEN = ("out", "log", "stats", "confusion", "annotate", "parquet")
"""The arguments by which commands name what they write."""

FILE = "FILE"
"""What the help calls the value of those of them that are files, with a suffix or without."""

NAMES = ("name", "arch", "study")
"""Arguments that name no file, even where there is one of that name."""

READ_WHOLE = ("data", "path")
"""Arguments that name data sets: what is written into their folders would become part of them."""

_KEPT = {".json", ".csv", ".keras", ".npz", ".npy", ".tflite"}
"""What of a run folder is read by commands that take one; pictures and pages may be replaced."""


class Command(TyperCommand):
    """A command that never writes onto what it reads, and whose errors are lines."""

    def get_short_help_str(self, limit: int = 0) -> str:
        """Its first sentence, whole: for the list of commands in the docs."""
        return super().get_short_help_str(limit=200)

    def invoke(self, context: Any) -> Any:
        """Check the paths among the arguments, and run."""
        try:
            files = [one.name for one in self.params if one.metavar == FILE]
            check_paths(context.params, files)
            with swept_temporaries():
                result = super().invoke(context)
            if sys.stdout is not None:
                sys.stdout.flush()
        except (OSError, MemoryError, RecursionError) as error:
            raise InputError(describe(error)) from error
        except SystemExit as error:  # rich's way to end when nobody reads on
            if isinstance(error.__context__, BrokenPipeError):
                raise InputError(describe(error.__context__)) from error
            raise
        return result


def check_paths(values: dict[str, Any], files: Collection[str | None] = ()) -> None:
    """Refuse arguments by which a command would overwrite what it reads, or wait for ever.

    Args:
        values: the command's arguments. Any word that is the path of something may be read.
        files: those of `WRITTEN` that are files, with a suffix or without.

    Raises:
        InputError: if a path that is written is one that is read, or two are the same.
    """
    read: list[Path] = []
    for name in sorted(values):
        if name not in (*WRITTEN, *NAMES):
            for path in _existing(values[name]):
                refuse_pipe(path, argument=name)
                read += [path] if name in READ_WHOLE or not path.is_dir() else _run_files(path)
    written: dict[Path, str] = {}
    for name in WRITTEN:
        if values.get(name) is None:
            continue
        path = Path(values[name])
        # Of the others the command knows whether a file or a folder is meant.
        if name not in files and (path.is_dir() or not path.suffix) and not _is_device(path):
            check_output_folder(path, inputs=read, argument=name)
        else:
            check_output(path, inputs=read, argument=name)
        other = written.setdefault(path.resolve(), name)
        if other != name:
            raise InputError(f"{name} {path}: is `{other}`, too; name another", name)


def _is_device(path: Path) -> bool:
    return path.exists() and not (path.is_dir() or path.is_file())


def _existing(value: Any) -> Iterator[Path]:
    for word in value if isinstance(value, list | tuple) else [value]:
        if isinstance(word, str | Path):
            try:
                if Path(word).exists():
                    yield Path(word)
            except (OSError, ValueError):  # no path at all: the command says what it is
                continue


def _run_files(folder: Path) -> list[Path]:
    if not (folder / "config.json").is_file():
        return []
    return [path for path in folder.iterdir() if path.suffix in _KEPT]
