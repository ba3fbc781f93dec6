"""The one exception that a user is meant to read."""

from __future__ import annotations


class InputError(ValueError):
    """Bad input: a file, a row, an argument.

    The message is one line that names the file, row or argument and says how to mend it. Arguments
    are named as Python has them, the guilty one first (`epochs: 0; take 1 or more`), others in
    backticks; the command line spells them as its options.

    Args:
        message: the line.
        argument: the argument at fault, where the message begins with its name.
    """

    def __init__(self, message: str, argument: str | None = None) -> None:
        super().__init__(message)
        self.argument = argument
