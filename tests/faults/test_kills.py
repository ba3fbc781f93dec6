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


def check(found: list[dict[str, Any]]) -> None:
    assert found
    assert not [one for one in found if not one["killed"]]
    assert not [one for one in found if one["cut_off"] or one["lost"]]


def backdate(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (0, time.time() - 2 * files.YOUNG), follow_symlinks=False)


@pytest.mark.parametrize("name", ["predict --annotate", "live"])
def test_killed_over_what_an_earlier_call_has_written(
    name: str, given: Given, call: Call, tmp_path: Path
) -> None:
    words = QUICK[name](given, tmp_path)
    assert call(words)[0] == 0
    check(kill_at(4, tmp_path, words))
    backdate(tmp_path)
    files._SWEPT.clear()
    assert call(words)[0] == 0
    assert not temporaries(tmp_path)
    assert not cut_off(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(QUICK))
def test_killed_at_every_moment(name: str, given: Given, tmp_path: Path) -> None:
    check(kill_at(0, tmp_path, QUICK[name](given, tmp_path)))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SLOW))
def test_killed_while_it_writes_what_took_it_long(name: str, given: Given, tmp_path: Path) -> None:
    check(kill_at(4, tmp_path, SLOW[name](given, tmp_path)))


@pytest.mark.slow
def test_a_killed_training_goes_on(given: Given, call: Call, tmp_path: Path) -> None:
    words = TRAIN(given, tmp_path)
    check(kill_at(12, tmp_path, words))
    run = tmp_path / "run"
    begun = (run / "config.json").exists()
    assert call(["train", "--resume", str(run)] if begun else words) == (0, [])
    assert not cut_off(tmp_path)
