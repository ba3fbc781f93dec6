"""Zip archives that hold far more than they weigh."""

from __future__ import annotations

import zipfile

ALWAYS = 1 << 26
"""Bytes that any archive may unpack to."""

TIMES = 20
"""What else may be larger by: weights and their like are barely compressed, or not at all."""


def is_bomb(archive: zipfile.ZipFile) -> bool:
    """Whether a zip archive of weights unpacks to far more than its members weigh in it.

    What it says of their sizes can be believed: no more is ever unpacked.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    return unpacked > ALWAYS + TIMES * sum(member.compress_size for member in members)
