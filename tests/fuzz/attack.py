"""Runs attacks by the hundred, and counts them."""

from __future__ import annotations

import csv
import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = int(os.environ.get("FER_KERAS_FUZZ", "1000"))
LIMIT = 24 * 3600 if CASES > 1000 else 600
"""Seconds that all cases of one kind may take."""


def attack(name: str, weight: float, one: Callable[[random.Random, Path], bool]) -> None:
    """Run cases, each with an empty folder; a line is added to FER_KERAS_FUZZ_TABLE at the end.

    What that table has from the same commit is not run again.

    Args:
        name: of what is attacked.
        weight: how many of a hundred cases it gets.
        one: makes a case of random numbers, and says whether it was refused; raises what no user
            may see.
    """
    commit = os.environ.get("FER_KERAS_FUZZ_COMMIT", "")
    listing = os.environ.get("FER_KERAS_FUZZ_TABLE")
    if listing and (name, commit) in _counted(Path(listing)):
        return
    count = {"cases": 0, "refused": 0, "first_seed": -1, "last_seed": -1}

    @settings(
        max_examples=max(5, round(CASES * weight / 100)),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32 - 1))
    def case(seed: int) -> None:
        count["cases"] += 1
        if count["first_seed"] < 0:
            count["first_seed"] = seed
        count["last_seed"] = seed
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setenv("FER_KERAS_CACHE", f"{folder}/cache")
            place = Path(folder) / "case"
            place.mkdir()
            count["refused"] += one(random.Random(seed), place)

    case()
    if listing:
        with Path(listing).open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow([name, *count.values(), commit])


def _counted(listing: Path) -> set[tuple[str, str]]:
    if not listing.is_file():
        return set()
    with listing.open(newline="", encoding="utf-8") as file:
        return {(row[0], row[-1]) for row in csv.reader(file) if row}
