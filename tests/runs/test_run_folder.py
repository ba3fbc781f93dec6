"""A run folder is never taken twice."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from fer_keras.data.face_data import DataOrigin
from fer_keras.errors import InputError
from fer_keras.runs.run_folder import (
    HISTORY_COLUMNS,
    Progress,
    RunFolder,
    check_new_run,
    claim,
    known_data,
    load_state,
    new_run_folder,
    only_one_in,
    read_progress,
    save_state,
)
from fer_keras.training.weight_average import WeightAverage

CONFIG = {
    "recipe": {"arch": "final", "epochs": 3},
    "seed": 0,
    "precision": "float32",
    "labels": ["happy", "sad"],
    "fingerprint": "0",
    "parts": {"train": "0"},
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


def tiny(seed: int, units: int = 3) -> tuple[keras.Model, WeightAverage]:
    """A compiled model and a running mean, all of whose variables are random."""
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(units)])
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, "mse")
    average = WeightAverage(model, 0.9)
    random = np.random.default_rng(seed)
    for variable in [*model.weights, *optimizer.variables, *average.average]:
        variable.assign(random.integers(1, 100, variable.shape).astype(variable.dtype))
    return model, average


def test_a_state_comes_back_whole(tmp_path: Path) -> None:
    model, average = tiny(1)
    average.steps = 7
    save_state(tmp_path / "last.npz", model, Progress(3, 0.5), average)
    again, mean = tiny(2)
    assert load_state(tmp_path / "last.npz", again, mean) == Progress(3, 0.5)
    assert mean.steps == 7
    pairs = zip(
        [*model.weights, *model.optimizer.variables, *average.average],
        [*again.weights, *again.optimizer.variables, *mean.average],
        strict=True,
    )
    assert all(np.array_equal(one, other) for one, other in pairs)
    assert read_progress(tmp_path / "last.npz") == Progress(3, 0.5)


def test_a_state_without_a_mean_comes_back_without_one(tmp_path: Path) -> None:
    model, _ = tiny(1)
    save_state(tmp_path / "last.npz", model, Progress(1, 0.0), None)
    again, _ = tiny(2)
    assert load_state(tmp_path / "last.npz", again, None) == Progress(1, 0.0)
    assert np.array_equal(model.weights[0], again.weights[0])


@pytest.mark.parametrize(("epochs", "accuracy"), [(0, -1.0), (0, 0.0), (1, 1.0)])
def test_a_progress_at_the_ends_of_what_can_be_is_read(
    epochs: int, accuracy: float, tmp_path: Path
) -> None:
    np.savez(tmp_path / "last.npz", epochs=epochs, best_accuracy=accuracy)
    assert read_progress(tmp_path / "last.npz") == Progress(epochs, accuracy)


@pytest.mark.parametrize(
    ("epochs", "accuracy"), [(-1, 0.5), (1, 1.5), (1, -1.5), (1, float("nan"))]
)
def test_a_progress_that_cannot_be_is_a_line(epochs: int, accuracy: float, tmp_path: Path) -> None:
    np.savez(tmp_path / "last.npz", epochs=epochs, best_accuracy=accuracy)
    with pytest.raises(InputError, match=r"last\.npz: not a run's state .* train anew"):
        read_progress(tmp_path / "last.npz")


def test_another_models_state_is_a_line(tmp_path: Path) -> None:
    save_state(tmp_path / "last.npz", tiny(1)[0], Progress(1, 0.5), None)
    with pytest.raises(InputError, match=r"last\.npz: can't resume from it"):
        load_state(tmp_path / "last.npz", tiny(1, units=4)[0], None)
    with pytest.raises(InputError, match=r"last\.npz: can't resume from it"):
        load_state(tmp_path / "last.npz", *tiny(1))  # it has no running mean


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_a_seed_that_numpy_takes_is_taken(seed: int) -> None:
    check_new_run(seed=seed, patience=1)


@pytest.mark.parametrize(
    ("wish", "argument"),
    [({"seed": -1}, "seed"), ({"seed": 2**32}, "seed"), ({"patience": 0}, "patience")],
)
def test_what_no_run_can_have_names_its_argument(wish: dict[str, int], argument: str) -> None:
    with pytest.raises(InputError, match=f"^{argument} ") as error:
        check_new_run(**wish)
    assert error.value.argument == argument


def test_tensorboard_is_missed_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    check_new_run()
    with pytest.raises(InputError, match="it is not installed") as error:
        check_new_run(tensorboard=True)
    assert error.value.argument == "tensorboard"


def test_who_comes_second_is_told_and_does_not_wait(tmp_path: Path) -> None:
    folder = tmp_path / "final-1"
    with claim(folder) as ours, claim(folder) as theirs:
        assert (ours, theirs) == (True, False)
    with claim(folder) as ours:
        assert ours, "the first is gone"
    folder.mkdir()
    with (
        only_one_in(folder),
        pytest.raises(InputError, match="another process trains"),
        only_one_in(folder),
    ):
        pass


def test_the_data_of_a_run_is_known_by_its_folder_and_by_its_files(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    run.write_config({**CONFIG, "data": DataOrigin(sizes=(7, 7, 7)).to_json()})
    for model in (run.path, run.best_model):
        assert len(known_data(model).split("train")) == 7
    for model in (tmp_path, tmp_path / "other.keras"):
        with pytest.raises(InputError, match="lies in no run folder"):
            known_data(model)
