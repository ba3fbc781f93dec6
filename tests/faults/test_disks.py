"""On a full or protected disk a command says so in a line, and leaves nothing half-written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from faults.commands import QUICK, SLOW, TRAIN, Given
from faults.conftest import Call
from faults.counted import Counted
from faults.disks import PAGE, disk, fill, protect
from faults.whole import contents, cut_off, temporaries

pytestmark = pytest.mark.timeout(3600)


def error_lines(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("error: ")]


def pages(folder: Path) -> int:
    """What a folder's files take on a disk of memory."""
    return sum(-(-len(content) // PAGE) for content in contents(folder).values())


FULL = "No space left|disk is full|disk I/O error"  # the last two are SQLite's
COMMANDS = {**QUICK, **SLOW}
NAMES = [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)]


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_fills_leaves_whole_files_and_one_line(
    name: str, counted: Counted, given: Given, call: Call, tmp_path: Path
) -> None:
    spacious = tmp_path / "spacious"
    spacious.mkdir()
    assert call(COMMANDS[name](given, spacious))[0] == 0
    assert not cut_off(spacious)
    needed = pages(spacious)
    sizes = sorted({0, *(int(needed * share) for share in (0.4, 0.8)), needed - 1})
    lost = []
    for free in sizes:
        with disk(tmp_path / f"{free}", free * PAGE) as out:
            if free == 0:
                fill(out)
            status, lines = call(COMMANDS[name](given, out))
            if status == 0 and free > needed / 2:
                # Measured times stand in some files, and a film is packed as they come: the
                # second time all may take a page or two less.
                assert contents(out).keys() == contents(spacious).keys()
                lost += cut_off(out) + temporaries(out)
                continue
            assert (free, status) == (free, 2)
            assert len(error_lines(lines)) >= 1, lines
            assert all(re.search(FULL, line) for line in error_lines(lines)), lines
            lost += cut_off(out) + temporaries(out)
    counted.check(len(sizes), lost)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_there_before_is_not_lost_on_a_full_disk(
    name: str, counted: Counted, given: Given, call: Call, tmp_path: Path
) -> None:
    with disk(tmp_path / "disk", 96 << 20) as out:
        assert call(COMMANDS[name](given, out))[0] == 0
        before = contents(out)
        fill(out)
        status, lines = call(COMMANDS[name](given, out))
        assert status == 2, lines
        # A log is the one file that grows as things happen: it begins anew.
        kept = {file: content for file, content in before.items() if file != "log.jsonl"}
        after = contents(out)
        changed = [file for file, content in kept.items() if after.get(file) != content]
        counted.check(1, changed + cut_off(out) + temporaries(out))


@pytest.mark.parametrize("name", NAMES)
def test_a_protected_disk_is_one_line_and_stays_as_it_is(
    name: str, counted: Counted, given: Given, call: Call, tmp_path: Path
) -> None:
    with disk(tmp_path / "disk") as out:
        (out / "mine.txt").write_text("mine\n")
        protect(out)
        status, lines = call(COMMANDS[name](given, out))
        assert status == 2
        assert len(error_lines(lines)) == 1, lines
        assert (out / "mine.txt").read_text() == "mine\n"
        counted.check(1, sorted({path.name for path in out.iterdir()} - {"mine.txt"}))


@pytest.mark.slow
def test_a_training_on_a_full_disk_goes_on_where_there_is_room_again(
    counted: Counted, given: Given, call: Call, tmp_path: Path
) -> None:
    spacious = tmp_path / "spacious"
    spacious.mkdir()
    assert call(TRAIN(given, spacious))[0] == 0
    needed = pages(spacious)
    sizes = (0, needed // 3, needed // 2, needed - 1)
    lost = []
    for free in sizes:
        with disk(tmp_path / f"{free}", 2 * needed * PAGE) as out:
            filler = fill(out, left=free * PAGE)
            status, lines = call(TRAIN(given, out))
            assert (free, status) == (free, 2)
            assert [line.endswith("(No space left on device)") for line in error_lines(lines)] == [
                True
            ], lines
            lost += cut_off(out) + temporaries(out)
            filler.unlink()
            begun = (out / "run" / "config.json").exists()
            again = ["train", "--resume", str(out / "run")] if begun else TRAIN(given, out)
            assert call(again) == (0, [])
            lost += sorted(set(contents(spacious)) ^ set(contents(out)))
    counted.check(len(sizes), lost)
