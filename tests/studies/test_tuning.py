"""A folder of tune holds what one study found; a database that fails is a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.exceptions import StorageInternalError, TrialPruned

from fer_keras.data.drawn import synthetic_data
from fer_keras.errors import InputError
from fer_keras.studies.search import _Pruner
from fer_keras.studies.storage import open_study, using_storage
from fer_keras.studies.tuning import BEST, OWNER, tune
from fer_keras.training.recipe import Recipe


@pytest.mark.parametrize("has_owner", [True, False])
def test_a_second_search_does_not_overwrite_another_architectures_best_recipe(
    has_owner: bool, tmp_path: Path
) -> None:
    best = tmp_path / BEST
    best.write_text(json.dumps(Recipe(arch="final").to_json()))
    if has_owner:
        (tmp_path / OWNER).write_text("final\n")
    before = best.read_bytes()
    with pytest.raises(InputError, match=r"holds what (study final|somebody else) found"):
        # The same name in another database, and another name.
        tune(
            synthetic_data(14, 7, 7),
            "baseline",
            ["lr"],
            trials=1,
            epochs=1,
            out=tmp_path,
            storage=str(tmp_path / "other.db"),
            study=None if has_owner else "final",
        )
    assert best.read_bytes() == before
    assert not (tmp_path / "other.db").exists(), "nothing is begun that can't be kept"


def test_trials_compute_in_the_precision_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = []

    def watch(pruner: _Pruner, epoch: int, logs: Any = None) -> None:
        pruner.trial.report(logs["val_accuracy"], epoch + 1)
        seen.append({layer.compute_dtype for layer in pruner.model.layers[1:]})

    monkeypatch.setattr(_Pruner, "on_epoch_end", watch)
    recipe = Recipe(arch="baseline", options={"filters": 2})
    asked: dict[str, Any] = {"trials": 2, "epochs": 1, "precision": "mixed_bfloat16"}
    tune(synthetic_data(14, 7, 7), recipe, ["lr"], out=tmp_path, **asked)
    assert seen == [{"bfloat16", "float32"}] * 2


@pytest.mark.parametrize(
    "other",
    [
        {"epochs": 2},
        {"recipe": "batchnorm"},
        {"recipe": Recipe(arch="baseline", label_smoothing=0.1)},
        {"space": ["batch"]},
        {"faces": 21},
        {"seed": 1},
        {"precision": "mixed_bfloat16"},
    ],
)
def test_a_study_of_the_same_name_in_another_database_is_another(
    other: dict[str, Any], tmp_path: Path
) -> None:
    ours: dict[str, Any] = {"epochs": 1, "recipe": "baseline", "space": ["lr"], "faces": 14}
    ours |= {"seed": 0, "precision": "float32"}

    def search(storage: str, values: dict[str, Any]) -> None:
        data = synthetic_data(values["faces"], 7, 7)
        where = {"out": tmp_path / "out", "storage": str(tmp_path / storage), "study": "a"}
        how = {name: values[name] for name in ("epochs", "seed", "precision")}
        tune(data, values["recipe"], values["space"], trials=0, **how, **where)

    for _ in range(2):  # it goes on, though there was no trial yet
        with pytest.raises(InputError, match="no trial ran to its end"):
            search("one.db", ours)
    with pytest.raises(InputError, match="holds what another study called a found"):
        search("two.db", {**ours, **other})
    assert not (tmp_path / "two.db").exists()


@pytest.mark.parametrize(
    "error", [StorageInternalError("An exception is raised during the commit."), None]
)
def test_a_database_that_fails_later_is_a_line(
    error: StorageInternalError | None, tmp_path: Path
) -> None:
    file = tmp_path / "study.db"
    study = open_study(str(file), "a")

    optuna.logging.set_verbosity(optuna.logging.WARNING)  # as a notebook may have it

    def use() -> None:
        with using_storage(str(file)):
            assert optuna.logging.get_verbosity() == optuna.logging.ERROR
            if error is not None:
                raise error
            file.write_bytes(b"no database any more" * 400)
            study.tell(study.ask(), 0.5)

    with pytest.raises(InputError, match=r"storage .*study\.db: can't be used any more"):
        use()
    assert optuna.logging.get_verbosity() == optuna.logging.WARNING
    optuna.logging.set_verbosity(optuna.logging.INFO)


def test_no_trial_is_stopped_before_half_of_its_epochs() -> None:
    class Poor:
        """A trial that others have left behind."""

        def report(self, value: float, step: int) -> None: ...

        def should_prune(self) -> bool:
            return True

    pruner = _Pruner(Poor())  # type: ignore[arg-type]
    pruner.set_params({"epochs": 5})
    for epoch in range(2):
        pruner.on_epoch_end(epoch, {"val_accuracy": 0.2})
    with pytest.raises(TrialPruned):
        pruner.on_epoch_end(2, {"val_accuracy": 0.2})
