"""Who neither searches nor shares needs no Optuna; who does is told how to get it."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = "import sys; sys.modules['optuna'] = None\n"
COMMAND = "import fer_keras.cli; fer_keras.cli.main()"


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + code, *words], capture_output=True, text=True
    )


def test_sweeps_of_one_machine_do_without() -> None:
    done = run("from fer_keras.studies import ablate, reproduce; print(ablate, reproduce)")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("tune", "--sizes", "20,10,10"),
        ("ablate", "--sizes", "20,10,10", "--arch", "baseline", "--storage", "shared.db"),
    ],
    ids=lambda words: words[0],
)
def test_searches_and_shared_sweeps_say_how_to_get_it(words: tuple[str, ...]) -> None:
    done = run(COMMAND, *words)
    assert done.returncode == 2, done.stderr
    assert "pip install 'fer-keras[tune]'" in done.stderr
    assert "Traceback" not in done.stderr
