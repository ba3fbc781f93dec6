"""`fer-keras tune`: two processes share a study, a kill loses one trial, outputs are usable."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.errors import InputError
from fer_keras.studies.search import finished_trials
from fer_keras.studies.storage import open_study
from fer_keras.training.recipe import read_recipe

TRIALS = 8
COMMAND = [
    *(sys.executable, "-c", "from fer_keras.cli import main; main()", "tune"),
    *("--arch", "baseline", "--space", "filters,kernel,lr", "--sizes", "60,30,10"),
    *("--epochs", "2", "--trials", str(TRIALS)),
]


def start(folder: Path, out: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "--out", out, "--storage", "shared.db"],
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def count(folder: Path) -> int:
    try:
        return finished_trials(open_study(str(folder / "shared.db"), "baseline"))
    except InputError:  # being made by the other process at this moment
        return 0


def test_one_is_killed_and_two_finish_the_study(tmp_path: Path) -> None:
    killed = start(tmp_path, "a")
    deadline = time.monotonic() + 200
    while count(tmp_path) < 1:
        assert killed.poll() is None, killed.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.2)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = count(tmp_path)
    assert before < TRIALS, "it ended before it could be killed"

    two = [start(tmp_path, name) for name in ("a", "b")]
    outputs = [process.communicate(timeout=300) for process in two]
    for process, (_, error) in zip(two, outputs, strict=True):
        assert process.returncode == 0, error
    # Both may begin the last trial.
    assert TRIALS <= count(tmp_path) <= TRIALS + 1
    ran = [out.count("\ntrial ") for out, _ in outputs]
    assert sum(ran) + before == count(tmp_path)
    assert min(ran) > 0, "one process did all the work"

    study = open_study(str(tmp_path / "shared.db"), "baseline")
    recipe = read_recipe(tmp_path / "a" / "best-recipe.json")
    assert recipe.arch == "baseline"
    assert recipe.options["kernel"] == study.best_params["kernel"]
    assert recipe.learning_rate == study.best_params["lr"]
    table = pd.read_csv(tmp_path / "a" / "by-hyperparameter.csv")
    assert set(table["hyperparameter"]) == {"filters", "kernel", "lr"}
    assert table["best"].max() >= study.best_value
    trials = pd.read_csv(tmp_path / "a" / "trials.csv")
    assert trials["accuracy"].max() >= study.best_value
    assert set(trials["ended"]) <= {"complete", "pruned"}
    assert trials["epochs"].between(1, 2).all()
    assert {"trial", "filters", "kernel", "lr"} < set(trials.columns)
    for name in ("importance.png", "history.png", "by-hyperparameter.md"):
        assert (tmp_path / "a" / name).stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--space", "colour"], "--space colour: unknown; take some of filters"),
        (["--space", "dropout", "--arch", "baseline"], "baseline has no dropout"),
        (["--storage", "nosuchdb://x"], "can't be opened"),
        (["--arch", "resnet"], "unknown"),
    ],
)
def test_bad_options(arguments: list[str], message: str, tmp_path: Path) -> None:
    small = ["--sizes", "20,10,10", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, ["tune", *small, *arguments])
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
