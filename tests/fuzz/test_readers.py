"""Damaged files end in an answer or in one line, for every reader.

FER_KERAS_FUZZ=N tries N cases in all (results/fuzz/run.sh tries 50,000).
"""

from __future__ import annotations

import csv
import os
import random
import tempfile
from pathlib import Path

import pytest
from fuzz.damage import damage
from fuzz.readers import readers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fer_keras.errors import InputError

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damaged TIFFs

CASES = int(os.environ.get("FER_KERAS_FUZZ", "1000"))
READERS = readers()


@pytest.mark.parametrize("name", list(READERS))
@pytest.mark.timeout(24 * 3600 if CASES > 1000 else 600)
def test_no_damage_is_more_than_a_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = READERS[name]
    count = {"cases": 0, "refused": 0, "first_seed": -1, "last_seed": -1}

    @settings(
        max_examples=max(5, CASES * reader.weight // 100),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32 - 1))
    def attack(seed: int) -> None:
        chance = random.Random(seed)
        with tempfile.TemporaryDirectory() as folder:
            monkeypatch.setenv("FER_KERAS_CACHE", f"{folder}/cache")
            path = Path(folder) / f"a{reader.suffix}"
            path.write_bytes(damage(chance.choice(reader.whole), chance))
            count["cases"] += 1
            if count["first_seed"] < 0:
                count["first_seed"] = seed
            count["last_seed"] = seed
            try:
                reader.read(path)
            except InputError as error:
                count["refused"] += 1
                # The command line joins and bounds lines; here they are to be messages at all.
                if not str(error).strip():
                    raise AssertionError("an error without a message") from error

    attack()
    listing = os.environ.get("FER_KERAS_FUZZ_TABLE")
    if listing:
        with Path(listing).open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow([name, *count.values()])
