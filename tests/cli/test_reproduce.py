"""`fer-keras reproduce`: killed it goes on, a failing stage loses nothing, the table is right."""

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
from fer_keras.studies.planned_run import PlannedRun

SIZES = ["--sizes", "100,40,30"]


def invoke(*arguments: str, folder: Path) -> object:
    return CliRunner().invoke(app, ["reproduce", *SIZES, "--out", str(folder), *arguments])


def test_killed_it_goes_on_without_training_again(tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-c", "from fer_keras.cli import main; main()", "reproduce", *SIZES),
        *("--stages", "baseline,batchnorm", "--seeds", "1", "--epochs", "3", "--out", "paper"),
    ]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    first = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
    second_stage = tmp_path / "paper" / "batchnorm-seed-0" / "history.csv"
    deadline = time.monotonic() + 200
    while not second_stage.exists():
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    finished = tmp_path / "paper" / "baseline-seed-0" / "last.npz"
    before = finished.stat().st_mtime_ns
    assert not (tmp_path / "paper" / "table1.csv").exists()

    again = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert again.returncode == 0, again.stderr
    assert finished.stat().st_mtime_ns == before, "a finished run was trained again"
    assert "1 of 2 runs are finished" in again.stdout
    table = pd.read_csv(tmp_path / "paper" / "table1.csv").set_index("stage")
    assert list(table.index) == ["baseline", "batchnorm"]
    for stage, row in table.iterrows():
        history = pd.read_csv(tmp_path / "paper" / f"{stage}-seed-0" / "history.csv")
        assert list(history["epoch"]) == [1, 2, 3]
        assert row["validation"] == history["val_accuracy"].max()
        assert row["train"] == history["accuracy"][history["val_accuracy"].idxmax()]
        assert 0 <= row["test"] <= 1
    assert table.loc["baseline", "paper_validation"] == 0.3982
    for name in ("table1.md", "table1.png"):
        assert (tmp_path / "paper" / name).stat().st_size > 0


def test_a_stage_that_fails_does_not_lose_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PlannedRun.train

    def train(run: PlannedRun, *others: object) -> None:
        if run.name == "baseline":
            raise MemoryError("no room\nfor it")
        real(run, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(PlannedRun, "train", train)
    result = invoke(
        *("--stages", "baseline,pooled", "--seeds", "1", "--epochs", "1"), folder=tmp_path
    )
    assert result.exit_code == 1
    assert "failed: baseline-seed-0: no room for it" in result.stderr
    assert list(pd.read_csv(tmp_path / "table1.csv")["stage"]) == ["pooled"]

    # Later seeds join; the mean and the spread are those of the runs.
    monkeypatch.undo()
    result = invoke(*("--stages", "pooled", "--seeds", "2", "--epochs", "1"), folder=tmp_path)
    assert result.exit_code == 0, result.output
    (row,) = pd.read_csv(tmp_path / "table1.csv").to_dict("records")
    ends = sorted(
        pd.read_csv(tmp_path / f"pooled-seed-{seed}" / "history.csv")["val_accuracy"].max()
        for seed in (0, 1)
    )
    assert [row["validation_low"], row["validation_high"]] == ends
    assert row["validation"] == pytest.approx(sum(ends) / 2)
    assert row["seeds"] == 2
    kept = json.loads((tmp_path / "pooled-seed-1" / "test.json").read_text())
    assert row["test"] == kept["accuracy"]  # the last seed's, as the paper has it
    (tmp_path / "pooled-seed-1" / "test.json").write_text(json.dumps({**kept, "accuracy": 0.125}))
    result = invoke("--stages", "pooled", "--seeds", "2", "--epochs", "1", folder=tmp_path)
    assert result.exit_code == 0, result.output
    (again,) = pd.read_csv(tmp_path / "table1.csv").to_dict("records")
    assert again["test"] == 0.125, "the test split was read again"

    # A run of another recipe is not taken for the one that is asked for.
    other = invoke(*("--stages", "pooled", "--seeds", "2", "--epochs", "2"), folder=tmp_path)
    assert isinstance(other.exception, InputError)
    assert "was trained with another recipe" in str(other.exception)


def test_bad_options(tmp_path: Path) -> None:
    result = invoke("--stages", "mobile-s", folder=tmp_path)
    assert "--stages mobile-s: the paper's are baseline" in str(result.exception)
    result = invoke("--table-only", folder=tmp_path)
    assert "no run is finished" in str(result.exception)
