from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.commands import Given, make_given
from faults.counted import Counted

from fer_keras.cli.main import _run

Call = Callable[[list[str]], tuple[int, list[str]]]
"""Runs a command in this process; gives its exit status and the lines of its error stream."""


@pytest.fixture(scope="session")
def what_is_read(tmp_path_factory: pytest.TempPathFactory) -> Given:
    return make_given(tmp_path_factory.mktemp("given"))


@pytest.fixture
def given(what_is_read: Given, request: pytest.FixtureRequest) -> Given:
    """What commands read; slow tests get a trained run, too."""
    if request.node.get_closest_marker("slow") is None:
        return what_is_read
    return what_is_read._replace(run=request.getfixturevalue("trained_run"))


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Call:
    def run(words: list[str]) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["fer-keras", *words])
        capsys.readouterr()
        status = _run()
        return status, capsys.readouterr().err.splitlines()

    return run


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Counted:
    """Where a test says what it has tried; it is skipped if the table has it already."""
    found = Counted(request.node)
    if found.is_there():
        pytest.skip("tried before")
    return found
