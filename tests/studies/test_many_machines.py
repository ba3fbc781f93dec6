"""A sweep shared by a real PostgreSQL: one machine dies, the others take its training up again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import optuna
import pandas as pd
import pytest

from fer_keras.errors import InputError
from fer_keras.studies.search import FINISHED
from fer_keras.studies.storage import open_study

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
EPOCHS = "25"
SMALL = ("--sizes", "100,40,30", "--epochs", EPOCHS, "--out", "out")
REPRODUCE = ("reproduce", "--stages", "baseline,pooled", "--seeds", "2", *SMALL)
ABLATE = ("ablate", "--arch", "baseline", "--rows", "balanced", "--seeds", "2", *SMALL)
TRIALS = 5
TUNE = ("tune", "--arch", "baseline", "--space", "filters,lr", "--trials", str(TRIALS), *SMALL)
RUNS = {
    REPRODUCE: {f"{stage}-seed-{seed}" for stage in ("baseline", "pooled") for seed in (0, 1)},
    ABLATE: {f"baseline-{row}-seed-{seed}" for row in ("base", "balanced") for seed in (0, 1)},
}
TABLES = {REPRODUCE: "table1.csv", ABLATE: "ablation.csv"}
State = optuna.trial.TrialState


@pytest.fixture
def database() -> Iterator[str]:
    """URL of an empty database of a server of our own; PostgreSQL refuses to run as root."""
    if not SERVERS:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    programs = SERVERS[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="fer-keras-postgresql-"))
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(*words: object) -> None:
        subprocess.run(
            [str(word) for word in words], check=True, cwd=folder, stdout=subprocess.DEVNULL, **user
        )

    server = folder / "server"
    call(programs / "initdb", "-D", server, "-U", "tester", "--auth=trust")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    call(programs / "pg_ctl", "-D", server, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        call(programs / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "tester", "fer")
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/fer"
    finally:
        call(programs / "pg_ctl", "-D", server, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def start(folder: Path, command: Sequence[str], database: str) -> subprocess.Popen[str]:
    """A machine: a process with a folder of its own."""
    folder.mkdir()
    program = (sys.executable, "-c", "from fer_keras.cli import main; main()")
    return subprocess.Popen(
        [*program, *command, "--storage", database],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_in_a_training(
    folder: Path, command: Sequence[str], database: str, begun: Callable[[], bool]
) -> None:
    """Start a machine and kill it once a training has begun."""
    machine = start(folder, command, database)
    deadline = time.monotonic() + 500
    while not begun():
        assert machine.poll() is None, machine.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    machine.send_signal(signal.SIGKILL)
    machine.wait()


def both_finish(first: subprocess.Popen[str], second: subprocess.Popen[str]) -> tuple[str, str]:
    outputs = [machine.communicate(timeout=1100) for machine in (first, second)]
    for machine, (_, error) in zip((first, second), outputs, strict=True):
        assert machine.returncode == 0, error
    return outputs[0][0], outputs[1][0]


def finished(folder: Path) -> set[str]:
    """Runs whose last epoch was trained on a machine."""
    histories = folder.glob("out/*/history.csv")
    return {path.parent.name for path in histories if len(pd.read_csv(path)) == int(EPOCHS)}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("command", [REPRODUCE, ABLATE], ids=lambda command: command[0])
def test_what_a_killed_machine_had_is_trained_by_another_and_nothing_twice(
    command: tuple[str, ...], database: str, tmp_path: Path
) -> None:
    killed = tmp_path / "killed"
    kill_in_a_training(
        killed, command, database, lambda: bool(list(killed.glob("out/*/history.csv")))
    )
    done = finished(killed)
    study = open_study(database, command[0])
    (lost,) = (trial.user_attrs["run"] for trial in study.get_trials(states=(State.RUNNING,)))
    assert lost not in done, "it ended before it could be killed"

    both_finish(*(start(tmp_path / name, command, database) for name in ("first", "second")))
    trials = study.get_trials()
    complete = Counter(t.user_attrs["run"] for t in trials if t.state == State.COMPLETE)
    assert complete == dict.fromkeys(RUNS[command], 1)
    (failed,) = (trial for trial in trials if trial.state == State.FAIL)
    assert failed.user_attrs["run"] == lost
    (taken_up,) = (t for t in trials if t.system_attrs.get("failed_trial") == failed.number)
    assert taken_up.user_attrs["run"] == lost, "its last sign of life was old"
    places = [finished(tmp_path / name) for name in ("killed", "first", "second")]
    assert sorted(run for place in places for run in place) == sorted(RUNS[command]), "twice"

    tables = [
        pd.read_csv(tmp_path / name / "out" / TABLES[command]) for name in ("first", "second")
    ]
    pd.testing.assert_frame_equal(*tables)
    assert len(tables[0]) == 2
    assert list(tables[0]["seeds"]) == [2, 2]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_killed_trial_of_a_search_is_tried_again_with_its_values(
    database: str, tmp_path: Path
) -> None:
    def begun() -> bool:
        try:
            running = open_study(database, "baseline").get_trials(states=(State.RUNNING,))
        except InputError:  # the tables are being made at this moment
            return False
        return any(trial.intermediate_values for trial in running)

    kill_in_a_training(tmp_path / "killed", TUNE, database, begun)
    study = open_study(database, "baseline")
    (lost,) = study.get_trials(states=(State.RUNNING,))
    # Once its last sign of life is old, whoever comes next takes it up.
    deadline = time.monotonic() + 500
    while not study._storage._get_stale_trial_ids(study._study_id):
        assert time.monotonic() < deadline
        time.sleep(1)

    outputs = both_finish(*(start(tmp_path / name, TUNE, database) for name in ("first", "second")))
    trials = study.get_trials()
    assert trials[lost.number].state == State.FAIL
    (again,) = (trial for trial in trials if "failed_trial" in trial.system_attrs)
    assert again.system_attrs["failed_trial"] == lost.number
    assert again.params == lost.params
    assert again.state in FINISHED
    ended = [trial.number for trial in trials if trial.state in FINISHED]
    told = [int(number) for out in outputs for number in re.findall(r"^trial (\d+):", out, re.M)]
    before = [number for number in ended if number < lost.number]
    assert sorted([*before, *told]) == ended, "each was run by one machine, once"
    assert TRIALS <= len(ended) <= TRIALS + 1  # both may have begun the last one
