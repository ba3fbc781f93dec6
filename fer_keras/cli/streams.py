"""Standard output and the error stream, whatever they are: a pipe, a full disk, an old terminal."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys

LONGEST_LINE = 500
"""Characters of an error line; a path or a reason may be of any length."""

_END = 150
"""Characters that are kept of a longer line's end, where the mend stands."""


def prepare_streams() -> None:
    """Let a letter that the terminal can't show become a question mark, and close no gap.

    Where a stream was closed before the start, its number would go to the next file that is
    opened, and what is printed would go into it. An answer that nobody can get is an error.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # Takes the lowest number that is free: this one.
            os.open(os.devnull, os.O_RDONLY if number == 1 else os.O_RDWR)
            if number == 1 and os.name == "posix":  # elsewhere programs with windows have none
                sys.stdout = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def error_line(message: str) -> str:
    r"""A message as one line of bounded length that no terminal takes for a command.

    >>> error_line("a\nb \x1b[2J")
    'a b \\x1b[2J'
    """
    line = shown(" ".join(message.split()))
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[: LONGEST_LINE - _END - 5]} ... {line[-_END:]}"


def shown(text: str) -> str:
    r"""A text, names of files and classes in it, that no terminal takes for a command.

    >>> shown("a\x1b[2J b")
    'a\\x1b[2J b'
    """
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else _escaped(letter) for letter in text
    )


def describe(error: OSError | MemoryError | RecursionError) -> str:
    """What the system refused, in a line."""
    if isinstance(error, MemoryError):
        return f"not enough memory ({error})" if str(error) else "not enough memory"
    if isinstance(error, RecursionError):
        return "input is nested too deeply"
    what = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return f"standard output: {what}" if error.errno in (errno.EPIPE, errno.EBADF) else what
    return f"{os.fsdecode(error.filename)}: {what}"


def print_error(message: str) -> None:
    """Print a message to the error stream, as one line; lost where that is closed or full."""
    with contextlib.suppress(OSError, ValueError):
        print(error_line(message), file=sys.stderr, flush=True)


def discard_output() -> None:
    """Let what could not be printed go, so that Python doesn't try again at its end."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _escaped(letter: str) -> str:
    return (
        letter.encode("ascii", "backslashreplace").decode()
        if ord(letter) > 127
        else (f"\\x{ord(letter):02x}")
    )
