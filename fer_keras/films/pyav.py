"""PyAV reads and writes films. It brings FFmpeg along, a hundred megabytes, so it is an extra."""

from __future__ import annotations

from importlib.util import find_spec

from fer_keras.errors import InputError


def require_pyav() -> None:
    """Say in one line how to get PyAV where it is missing.

    Raises:
        InputError: if it is not installed.
    """
    if find_spec("av") is None:
        raise InputError("films are read and written by PyAV: pip install 'fer-keras[films]'")
