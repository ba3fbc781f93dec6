"""Reading JSON that people and other programs write, too."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.files import check_input_file, reason

LARGEST = 1 << 28
"""Bytes of the largest file that is read."""


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
        if path.stat().st_size > LARGEST:
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
