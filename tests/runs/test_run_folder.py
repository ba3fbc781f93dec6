"""A run folder is never taken twice."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from fer_keras.errors import InputError
from fer_keras.runs.run_folder import HISTORY_COLUMNS, RunFolder, new_run_folder

CONFIG = {
    "recipe": {"arch": "final", "epochs": 3},
    "seed": 0,
    "precision": "float32",
    "labels": ["happy", "sad"],
    "fingerprint": "0",
    "faces": {"train": 3},
}


def test_numbers_go_on(tmp_path: Path) -> None:
    parent = tmp_path / "runs"
    names = [new_run_folder(None, "final", parent).path.name for _ in range(3)]
    assert names == ["final-1", "final-2", "final-3"]


def test_runs_that_start_together_get_folders_of_their_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_run_folder(None, "x", tmp_path).path, range(40)))
    assert len(set(made)) == 40


def test_a_named_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    new_run_folder(out, "final")
    new_run_folder(out, "final")  # still empty: nothing would be lost
    (out / "config.json").write_text("{}")
    with pytest.raises(InputError, match="already there"):
        new_run_folder(out, "final")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="already there"):
        new_run_folder(tmp_path / "file", "final")


def test_files_come_back_as_they_went(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    assert run.read_history().empty
    history = pd.DataFrame([dict.fromkeys(HISTORY_COLUMNS, 0.1 + 0.2)])
    run.write_history(history)
    pd.testing.assert_frame_equal(run.read_history(), history)
    run.write_config(CONFIG)
    assert run.read_config() == CONFIG
    assert not list(tmp_path.glob(".partial-*"))


@pytest.mark.parametrize(("text", "message"), [(None, "not a run folder"), ("{", "not valid JSON")])
def test_what_is_no_run_is_said(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(InputError, match=message):
        RunFolder(tmp_path).read_config()


WRONG = [None, True, -1, 1.5, "x", [], {}, [[]], {"a": None}, "1e999"]


@pytest.mark.parametrize("key", [*CONFIG, "data", "versions", "patience", "teacher", "extended"])
def test_each_key_that_is_missing_or_of_the_wrong_kind_is_named(key: str, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    messages = []
    for wrong in [*WRONG, ...]:
        config = {name: value for name, value in CONFIG.items() if name != key}
        if wrong is not ...:
            config[key] = wrong
        run.config_file.write_text(json.dumps(config).replace('"1e999"', "1e999"))
        try:
            run.read_config()
        except InputError as error:
            messages.append(str(error))
    assert len(messages) >= 5
    assert all(key in message or "1e999" in message for message in messages)


def test_a_config_that_is_nested_or_a_pipe_is_a_line(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.config_file.write_text("[" * 50_000)
    with pytest.raises(InputError, match="nested too deeply"):
        run.read_config()
    run.config_file.unlink()
    os.mkfifo(run.config_file)
    with pytest.raises(InputError, match="a pipe or a device"):
        run.read_config()


@pytest.mark.parametrize(
    "text", ["", "epoch,loss\n1,2\n", ",".join(HISTORY_COLUMNS) + "\nx,1,1,1,1,1,1\n", "\0" * 9]
)
def test_a_history_that_is_none_is_a_line(text: str, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.history_file.write_text(text)
    with pytest.raises(InputError, match=r"history\.csv"):
        run.read_history()


def test_a_run_whose_state_is_gone_is_not_trained_over(tmp_path: Path) -> None:
    from fer_keras.runs.run import _check_state

    folder = RunFolder(tmp_path)
    _check_state(folder)  # ended before its first epoch did
    rows = pd.DataFrame([dict.fromkeys(HISTORY_COLUMNS, number) for number in (1, 2)])
    folder.write_history(rows.iloc[:1])
    _check_state(folder)  # killed between the first epoch's history and its state
    folder.write_history(rows)
    with pytest.raises(InputError, match=r"last\.npz: is missing"):
        _check_state(folder)
    folder.last_state.touch()
    _check_state(folder)
