"""`fer-keras train` as a user calls it, and killed as machines are."""

import json
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

SMALL = [
    "--arch",
    "baseline",
    "--option",
    "filters=4",
    "--sizes",
    "260,40,20",
    "--epochs",
    "6",
    "--batch-size",
    "16",
    "--seed",
    "3",
]


def start(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from fer_keras.cli import main; main()", "train", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
    )


def history(run: Path) -> pd.DataFrame:
    return pd.read_csv(run / "history.csv").drop(columns="seconds")


def test_killed_and_resumed_it_ends_like_one_that_was_left_alone(tmp_path: Path) -> None:
    alone = start(*SMALL, "--out", "alone", folder=tmp_path)
    killed = start(*SMALL, "--out", "killed", folder=tmp_path)
    run = tmp_path / "killed"
    deadline = time.monotonic() + 120
    while not ((run / "last.npz").exists() and len(history(run)) >= 2):
        assert killed.poll() is None, killed.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert len(history(run)) < 6, "it ended before it could be killed"
    resumed = start("--resume", "killed", folder=tmp_path)
    out, error = resumed.communicate(timeout=200)
    assert resumed.returncode == 0, error
    assert alone.wait(timeout=200) == 0, alone.communicate()[1]

    pd.testing.assert_frame_equal(history(run), history(tmp_path / "alone"), check_exact=True)
    figures = [
        json.loads((tmp_path / name / "metrics.json").read_text()) for name in ("killed", "alone")
    ]
    assert figures[0] == figures[1]
    for name in (
        "config.json",
        "history.csv",
        "best.keras",
        "last.npz",
        "metrics.json",
        "curves.png",
        "confusion.png",
        "model.txt",
    ):
        assert (run / name).stat().st_size > 0
    config = json.loads((run / "config.json").read_text())
    assert config["recipe"]["arch"] == "baseline"
    assert config["recipe"]["options"] == {"filters": 4}
    assert config["seed"] == 3
    assert set(config) >= {"versions", "fingerprint", "git_commit", "device", "data", "labels"}
    assert "epoch   6/6" in out
    assert not list(run.glob(".partial-*.png"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--arch", "resnet"], "--arch resnet: unknown; take one of baseline"),
        (["--data", "nowhere.csv"], "--data nowhere.csv: no such file"),
        (["--sizes", "1,2"], "--sizes: 1,2; write three numbers"),
        (["--recipe", "missing.json"], "no such file"),
        (["--epochs", "0"], "epochs is 0"),
        (["--option", "dropout"], "write NAME=VALUE"),
        (["--option", "kernels=3"], "has no option kernels"),
        (["--precision", "int4"], "take one of float32"),
        (["--start-from", "nowhere.keras"], "nowhere.keras: no such file"),
        (["--resume", "nowhere"], "not a run folder"),
        (["--labels", "ferplus"], "give --ferplus, too"),
    ],
)
def test_bad_options_leave_no_run_behind(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"--sizes", "--data", "--resume"} & {*arguments}
    small = [] if given else ["--sizes", "20,10,10"]
    result = CliRunner().invoke(app, ["train", *arguments, *small])
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert "\n" not in str(result.exception)
    assert not (tmp_path / "runs").exists()


def test_the_process_says_it_in_one_line_and_exits_with_two(tmp_path: Path) -> None:
    done = start("--data", "nowhere.csv", folder=tmp_path)
    out, error = done.communicate(timeout=60)
    assert done.returncode == 2
    lines = [line for line in error.splitlines() if line.startswith("error:")]
    assert lines == ["error: --data nowhere.csv: no such file or folder (and not 'synthetic')"]
    assert "Traceback" not in error + out


def test_a_run_that_is_resumed_keeps_its_options(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["train", "--resume", str(tmp_path), "--seed", "3"])
    assert isinstance(result.exception, InputError)
    assert "--resume: a run keeps its recipe, data and seed; leave out --seed" in str(
        result.exception
    )
