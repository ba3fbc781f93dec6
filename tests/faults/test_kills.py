"""A command that is killed leaves whole files or none, loses nothing, and its rest is swept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from faults.commands import QUICK, SLOW, TRAIN, Given
from faults.conftest import Call
from faults.counted import Counted
from faults.whole import cut_off, temporaries

from fer_keras import files

pytestmark = pytest.mark.timeout(3600)
TESTS = Path(__file__).parents[1]


def kill_at(moments: int, folder: Path, words: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "faults.killer", str(folder), str(moments), "--", *words],
        cwd=TESTS,
        capture_output=True,
        text=True,
        timeout=3000,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def lost_in(found: list[dict[str, Any]]) -> list[str]:
    assert found
    assert not [one for one in found if not one["killed"]]
    return [file for one in found for file in one["cut_off"] + one["lost"]]


def backdate(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (0, time.time() - 2 * files.YOUNG), follow_symlinks=False)


@pytest.mark.parametrize("name", ["predict --annotate", "live"])
def test_killed_over_what_an_earlier_call_has_written(
    name: str, counted: Counted, given: Given, call: Call, tmp_path: Path
) -> None:
    words = QUICK[name](given, tmp_path)
    assert call(words)[0] == 0
    found = kill_at(4, tmp_path, words)
    backdate(tmp_path)
    files._SWEPT.clear()
    assert call(words)[0] == 0
    counted.check(len(found), lost_in(found) + temporaries(tmp_path) + cut_off(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(QUICK))
def test_killed_at_every_moment(name: str, counted: Counted, given: Given, tmp_path: Path) -> None:
    found = kill_at(0, tmp_path, QUICK[name](given, tmp_path))
    counted.check(len(found), lost_in(found))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SLOW))
def test_killed_while_it_writes_what_took_it_long(
    name: str, counted: Counted, given: Given, tmp_path: Path
) -> None:
    found = kill_at(4, tmp_path, SLOW[name](given, tmp_path))
    counted.check(len(found), lost_in(found))


@pytest.mark.slow
def test_a_killed_training_goes_on(
    counted: Counted, given: Given, call: Call, tmp_path: Path
) -> None:
    words = TRAIN(given, tmp_path)
    found = kill_at(12, tmp_path, words)
    run = tmp_path / "run"
    begun = (run / "config.json").exists()
    assert call(["train", "--resume", str(run)] if begun else words) == (0, [])
    counted.check(len(found), lost_in(found) + cut_off(tmp_path))
