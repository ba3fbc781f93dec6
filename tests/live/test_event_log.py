from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fer_keras.errors import InputError
from fer_keras.live.event_log import Change, EventLog

CHANGE = Change(3.25, 65, 1, "unsure", "happy", 0.61, 12, 15)


def test_a_change_is_a_line_at_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path, wall_clock=False)
    log.write(CHANGE)
    (line,) = path.read_text().splitlines()
    assert json.loads(line) == {
        "time": 3.25,
        "frame": 65,
        "face": 1,
        "before": "unsure",
        "decision": "happy",
        "probability": 0.61,
        "votes": 12,
        "frames": 15,
    }
    log.close()
    with_clock = EventLog(path, wall_clock=True)
    with_clock.write(CHANGE)
    assert "at" in json.loads(path.read_text())
    with_clock.close()


def _write_until_full(path: Path, limit: int) -> None:
    """Run by another process, which may write no more than so many bytes to a file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    log = EventLog(path, wall_clock=False)
    try:
        for _ in range(1000):
            log.write(CHANGE)
    except InputError as error:
        print(error)


def test_lines_are_whole_on_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    code = (
        "import importlib.util as u, pathlib, sys;"
        f"s = u.spec_from_file_location('t', {__file__!r}); m = u.module_from_spec(s);"
        f"s.loader.exec_module(m); m._write_until_full(pathlib.Path({str(path)!r}), 1000)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"log {path}: can't be written further (" in done.stdout
    assert "it is whole up to 3.25 s" in done.stdout
    content = path.read_text()
    assert content.endswith("}\n")
    lines = [json.loads(line) for line in content.splitlines()]
    assert len(lines) == 1000 // (len(content) // len(lines)), "as many as the disk holds"


def test_what_can_not_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"log .*: Is a directory; name a file"):
        EventLog(tmp_path, wall_clock=False)
    assert list(tmp_path.iterdir()) == []
