"""Who is on a picture, where CK+'s file names say so."""

from __future__ import annotations

import re

CK_PLUS = re.compile(r"(?:.*/)?(S\d{3})_\d{3}_\d{8}\.\w+")
"""S010_004_00000017.png: subject, sequence, frame."""


def subject_of(path: str) -> str:
    """The subject of a file called as CK+'s are, or ""."""
    match = CK_PLUS.fullmatch(path)
    return match[1] if match else ""
