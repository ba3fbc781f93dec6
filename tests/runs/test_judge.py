"""What is judged and kept: a float32 twin of the model that is trained."""

from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from fer_keras.architectures.registry import build
from fer_keras.data.drawn import synthetic_data
from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model
from fer_keras.runs.judge import LOOKED_AT, Judge, StateKeeper, build_twin, ran_out_of_patience
from fer_keras.runs.loop import fit_run
from fer_keras.runs.run_folder import Progress, RunFolder, read_progress
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe

RECIPE = Recipe(arch="mobile-s", options={"stem": 4, "blocks": [[6, 1]]}, epochs=2, ema_decay=0.9)


def test_the_twin_computes_in_float32_and_leaves_the_policy() -> None:
    with prepare_device("mixed_bfloat16").scope():
        model = build(RECIPE.arch, 7, RECIPE.options)
        twin = build_twin(RECIPE, 7)
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    assert {layer.compute_dtype for layer in twin.layers} == {"float32"}
    assert "bfloat16" in {layer.compute_dtype for layer in model.layers}


def test_what_is_kept_is_what_was_judged(tmp_path: Path) -> None:
    data = synthetic_data(train=300, validation=60, test=10)
    run = RunFolder(tmp_path)
    progress = fit_run(RECIPE, data, run, seed=0, device=prepare_device("mixed_bfloat16"))
    model, _ = load_model(run.best_model)
    assert {layer.compute_dtype for layer in model.layers[1:]} == {"float32"}  # but the input
    validation = data.split("validation")
    answers = model.predict(validation.images.astype("float32"), verbose=0).argmax(axis=1)
    assert np.mean(answers == validation.labels) == pytest.approx(progress.best_accuracy, abs=1e-6)


@pytest.mark.parametrize(
    ("accuracies", "patience", "over"),
    [
        ([], 1, False),
        ([0.5], 1, False),
        ([0.5, 0.5], 1, True),  # as good is no better
        ([0.5, 0.6], 1, False),
        ([0.4, 0.6, 0.5], 2, False),
        ([0.4, 0.6, 0.5, 0.3], 2, True),
        ([0.6, 0.5, 0.4, 0.3], None, False),
    ],
)
def test_patience_ends_so_many_epochs_after_the_best(
    accuracies: list[float], patience: int | None, over: bool
) -> None:
    assert ran_out_of_patience(pd.DataFrame({"val_accuracy": accuracies}), patience) is over


class Answers:
    """Stands for the twin: an epoch's validation loss and accuracy, one after the other."""

    def __init__(self, *answers: tuple[float, float]) -> None:
        self.answers = iter(answers)

    def set_weights(self, weights: object) -> None:
        self.weights = weights

    def evaluate(self, *_: object, **__: object) -> tuple[float, float]:
        return next(self.answers)


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where a model would have been written, each time."""
    paths: list[Path] = []
    monkeypatch.setattr("fer_keras.runs.judge.save_model", lambda *given: paths.append(given[2]))
    return paths


def judge_of(
    folder: Path, *answers: tuple[float, float], progress: Progress | None = None, **options: int
) -> Judge:
    nothing = np.zeros((0, 48, 48, 1), np.uint8)
    judge = Judge(
        RunFolder(folder),
        Answers(*answers),
        ("a", "b"),
        None,
        nothing,
        None,
        progress or Progress(),
        options.get("patience"),
    )
    inputs = keras.Input((1,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile(keras.optimizers.SGD(0.25))
    judge.set_model(model)
    return judge


def end(judge: Judge, epoch: int, loss: float = 1.5) -> dict[str, float]:
    logs = {"loss": loss, "accuracy": 0.25}
    judge.on_epoch_begin(epoch)
    judge.on_epoch_end(epoch, logs)
    return logs


def test_only_a_better_epoch_is_kept_and_each_has_its_row(
    tmp_path: Path, saved: list[Path]
) -> None:
    judge = judge_of(tmp_path, (1.0, 0.5), (0.9, 0.5), (2.0, 0.6))
    assert end(judge, 0) == {"loss": 1.5, "accuracy": 0.25, "val_loss": 1.0, "val_accuracy": 0.5}
    end(judge, 1)
    assert saved == [tmp_path / "best.keras"]
    assert judge.progress == Progress(2, 0.5)
    end(judge, 2)
    assert len(saved) == 2
    assert judge.progress == Progress(3, 0.6)
    history = judge.run.read_history()
    assert history["epoch"].tolist() == [1, 2, 3]
    assert history["val_loss"].tolist() == [1.0, 0.9, 2.0]
    assert history["val_accuracy"].tolist() == [0.5, 0.5, 0.6]
    assert history["loss"].tolist() == [1.5] * 3
    assert history["accuracy"].tolist() == [0.25] * 3
    assert history["learning_rate"].tolist() == [0.25] * 3
    assert (history["seconds"] >= 0).all()
    assert not getattr(judge.model, "stop_training", False)


def test_rows_of_epochs_that_are_judged_again_are_left_out(
    tmp_path: Path, saved: list[Path]
) -> None:
    first = judge_of(tmp_path, (1.0, 0.5), (0.9, 0.7))
    end(first, 0)
    end(first, 1)
    again = judge_of(tmp_path, (0.8, 0.6), progress=Progress(1, 0.5))
    end(again, 1)
    assert again.run.read_history()["val_accuracy"].tolist() == [0.5, 0.6]


def test_the_model_is_told_to_stop_when_patience_runs_out(
    tmp_path: Path, saved: list[Path]
) -> None:
    judge = judge_of(tmp_path, (1.0, 0.5), (1.0, 0.4), patience=1)
    end(judge, 0)
    assert not getattr(judge.model, "stop_training", False)
    end(judge, 1)
    assert judge.model.stop_training


def test_a_loss_that_is_no_number_is_said_at_every_look(tmp_path: Path, saved: list[Path]) -> None:
    judge = judge_of(tmp_path, (1.0, 0.5), (float("inf"), 0.4))
    nan = {"loss": float("nan")}
    judge.on_train_batch_end(1, nan)  # not looked at
    judge.on_train_batch_end(0, {"loss": 1.0})
    for step in (0, LOOKED_AT):
        with pytest.raises(InputError, match=r"in epoch 1; no model is kept"):
            judge.on_train_batch_end(step, nan)
    with pytest.raises(InputError, match=r"in epoch 1; no model is kept"):
        end(judge, 0, loss=float("nan"))
    end(judge, 0)
    with pytest.raises(InputError, match=r"in epoch 2; the best model of 1 epochs is kept in"):
        end(judge, 1)
    assert len(saved) == 1


def test_the_state_is_that_of_the_judge(tmp_path: Path, saved: list[Path]) -> None:
    judge = judge_of(tmp_path, (1.0, 0.5))
    keeper = StateKeeper(judge)
    keeper.set_model(judge.model)
    end(judge, 0)
    keeper.on_epoch_end(0)
    assert read_progress(judge.run.last_state) == Progress(1, 0.5)


def test_a_state_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "last.npz", epochs=1, best_accuracy=0.5, a=np.zeros(1 << 25))
    with pytest.raises(InputError, match=r"last\.npz: .*unpacks to far more than a state"):
        read_progress(tmp_path / "last.npz")
