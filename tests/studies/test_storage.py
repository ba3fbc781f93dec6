"""Who neither searches nor shares needs no Optuna; who does is told how to get it.

And processes that share a file take a trial up once.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


END_TRIALS = """
import sys
import optuna
from fer_keras.studies.storage import open_study
storage = open_study(sys.argv[1], "shared")._storage
print("ready", flush=True)
for line in sys.stdin:
    try:
        print(storage.set_trial_state_values(int(line), optuna.trial.TrialState.FAIL), flush=True)
    except optuna.exceptions.UpdateFinishedTrialError:  # the other was quicker
        print(False, flush=True)
"""


@pytest.mark.filterwarnings("ignore:Heartbeat of storage is supposed")
def test_of_two_processes_with_one_file_one_ends_a_trial(tmp_path: Path) -> None:
    from fer_keras.studies.storage import open_study

    study = open_study(str(tmp_path / "study.db"), "shared")
    trials = [study.ask()._trial_id for _ in range(20)]
    command = [sys.executable, "-W", "ignore", "-c", END_TRIALS, str(tmp_path / "study.db")]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as one,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other,
    ):

        def answers(question: str = "") -> list[str]:
            for process in (one, other):
                assert process.stdin is not None
                process.stdin.write(question)
                process.stdin.flush()
            return sorted(p.stdout.readline().strip() for p in (one, other) if p.stdout)

        assert answers() == ["ready", "ready"]
        ended = [answers(f"{trial}\n") for trial in trials]
    assert ended == [["False", "True"]] * len(trials)
