"""`fer-keras ship` refuses what it would not use."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.errors import InputError


def test_votes_are_for_runs_that_knew_them(trained_run: Path, tmp_path: Path) -> None:
    votes = tmp_path / "fer2013new.csv"
    votes.write_text("")
    words = ["ship", trained_run, "--name", "tiny", "--ferplus", votes, "--out", tmp_path / "w"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    with pytest.raises(InputError, match=r"tiny-1 was trained without FER\+'s votes; leave it out"):
        raise result.exception or AssertionError(result.output)
    assert not (tmp_path / "w").exists()
