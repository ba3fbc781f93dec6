"""Work on several cores: in order, once, and no wait for a process that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fer_keras.errors import InputError
from fer_keras.faces.cores import map_on_cores

SCRIPT = """
import sys
from fer_keras.faces.cores import map_on_cores
with open(sys.argv[1], "a") as file:
    file.write("run\\n")
print(list(map_on_cores(abs, range(-3, 3), 2)))
print(__file__ == sys.argv[0])
"""


def kill_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return -number


def test_a_process_that_is_killed_ends_the_work_in_a_line() -> None:
    found = map_on_cores(kill_at_three, [1, 2, 3, *range(4, 40)], 2)
    with pytest.raises(InputError, match="a process that looked at photos was ended"):
        list(found)


def test_a_script_is_not_run_again_by_the_processes_that_it_starts(tmp_path: Path) -> None:
    """It has no `if __name__ == "__main__"`: few scripts and no notebooks have."""
    script, log = tmp_path / "script.py", tmp_path / "log"
    script.write_text(SCRIPT)
    words = [sys.executable, str(script), str(log)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    assert done.stdout.splitlines() == ["[3, 2, 1, 0, 1, 2]", "True"], done.stderr
    assert log.read_text() == "run\n"
