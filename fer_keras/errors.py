"""The one exception that a user is meant to read."""


class InputError(Exception):
    """Bad input: a file, a row, an option.

    The message is one line that names the file, row or option and says how to mend it. The command
    line prints it without a traceback and exits with status 2.
    """
