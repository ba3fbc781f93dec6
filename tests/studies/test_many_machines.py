"""A sweep shared by a real PostgreSQL: one machine dies, the others take its training up again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import optuna
import pandas as pd
import pytest

from fer_keras.studies.storage import open_study

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
RUNS = {f"{stage}-seed-{seed}" for stage in ("baseline", "pooled") for seed in (0, 1)}
EPOCHS = "25"
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


def start(folder: Path, database: str) -> subprocess.Popen[str]:
    """A machine: a process with a folder of its own."""
    folder.mkdir()
    command = [
        *(sys.executable, "-c", "from fer_keras.cli import main; main()", "reproduce"),
        *("--stages", "baseline,pooled", "--seeds", "2", "--epochs", EPOCHS),
        *("--sizes", "100,40,30", "--out", "paper", "--storage", database),
    ]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(folder: Path) -> set[str]:
    """Runs whose last epoch was trained on a machine."""
    histories = folder.glob("paper/*/history.csv")
    return {path.parent.name for path in histories if len(pd.read_csv(path)) == int(EPOCHS)}


@pytest.mark.slow
def test_what_a_killed_machine_had_is_trained_by_another_and_nothing_twice(
    database: str, tmp_path: Path
) -> None:
    killed = start(tmp_path / "killed", database)
    deadline = time.monotonic() + 400
    while not list((tmp_path / "killed").glob("paper/*/history.csv")):
        assert killed.poll() is None, killed.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    done = finished(tmp_path / "killed")
    study = open_study(database, "reproduce")
    (lost,) = (trial.user_attrs["run"] for trial in study.get_trials(states=(State.RUNNING,)))
    assert lost not in done, "it ended before it could be killed"

    machines = [start(tmp_path / name, database) for name in ("first", "second")]
    outputs = [machine.communicate(timeout=580) for machine in machines]
    for machine, (_, error) in zip(machines, outputs, strict=True):
        assert machine.returncode == 0, error

    trials = study.get_trials()
    complete = Counter(t.user_attrs["run"] for t in trials if t.state == State.COMPLETE)
    assert complete == dict.fromkeys(RUNS, 1)
    (failed,) = (trial for trial in trials if trial.state == State.FAIL)
    (again,) = (trial for trial in trials if "failed_trial" in trial.system_attrs)
    assert failed.user_attrs["run"] == again.user_attrs["run"] == lost
    assert again.system_attrs["failed_trial"] == failed.number
    assert again.state == State.COMPLETE
    places = [finished(tmp_path / name) for name in ("killed", "first", "second")]
    assert sorted(run for place in places for run in place) == sorted(RUNS), "one ran twice"

    tables = [pd.read_csv(tmp_path / name / "paper/table1.csv") for name in ("first", "second")]
    pd.testing.assert_frame_equal(*tables)
    assert list(tables[0]["stage"]) == ["baseline", "pooled"]
    assert list(tables[0]["seeds"]) == [2, 2]
