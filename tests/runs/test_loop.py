"""The training loop: it learns, it keeps the best, it resumes to the same end."""

import dataclasses
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model
from fer_keras.runs.judge import Judge
from fer_keras.runs.loop import fit_run
from fer_keras.runs.run_folder import RunFolder
from fer_keras.training.device import Device, prepare_device
from fer_keras.training.recipe import Recipe
from fer_keras.training.recipes import MOBILE_AUGMENTATION

PLAIN = Recipe(arch="final-slim", options={"filters": [4, 6, 8], "dropout": 0.1}, epochs=3)
RICH = dataclasses.replace(
    PLAIN,
    optimizer="adamw",
    schedule="cosine",
    warmup_epochs=1,
    weight_decay=0.05,
    label_smoothing=0.1,
    ema_decay=0.9,
    precise_bn=100,
    augmentation=MOBILE_AUGMENTATION,
)


@pytest.fixture(scope="module")
def data() -> FaceData:
    return synthetic_data(train=300, validation=60, test=10)


class StopAfter(keras.callbacks.Callback):
    """Stands for whatever ends a training between two epochs."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.epochs = epochs

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.model.stop_training = epoch + 1 == self.epochs


def run_in(
    folder: Path, recipe: Recipe, data: FaceData, stop_after: int = 0, **options: object
) -> pd.DataFrame:
    folder.mkdir(exist_ok=True)
    run = RunFolder(folder)
    stop = [StopAfter(stop_after)]
    options = {"device": prepare_device(), **options}
    fit_run(recipe, data, run, seed=4, callbacks=stop, **options)  # type: ignore[arg-type]
    return run.read_history().drop(columns="seconds")


@pytest.mark.parametrize("recipe", [PLAIN, RICH], ids=["plain", "rich"])
def test_a_resumed_training_ends_as_an_uninterrupted_one(
    recipe: Recipe, data: FaceData, tmp_path: Path
) -> None:
    whole = run_in(tmp_path / "whole", recipe, data)
    run_in(tmp_path / "halves", recipe, data, stop_after=1)
    halves = run_in(tmp_path / "halves", recipe, data)
    pd.testing.assert_frame_equal(whole, halves, check_exact=True)
    ours, theirs = (load_model(tmp_path / name / "best.keras")[0] for name in ("whole", "halves"))
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("holds_faces", [False, True], ids=["beside", "on-device"])
def test_float16_scales_its_loss_and_can_go_on(
    holds_faces: bool, data: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaled = []
    scale = keras.optimizers.LossScaleOptimizer.scale_loss

    def note(optimizer: keras.optimizers.LossScaleOptimizer, loss: object) -> object:
        scaled.append(optimizer)
        return scale(optimizer, loss)

    monkeypatch.setattr(keras.optimizers.LossScaleOptimizer, "scale_loss", note)
    device = Device("a test's", "mixed_float16", holds_faces=holds_faces)
    recipe = Recipe(arch="baseline", options={"filters": 2}, epochs=2, batch_size=300)
    run_in(tmp_path / "halves", recipe, data, stop_after=1, device=device)
    assert scaled, "gradients that are too small for 16 bits were lost"
    halves = run_in(tmp_path / "halves", recipe, data, device=device)
    assert list(halves["epoch"]) == [1, 2]


def test_the_best_epochs_model_is_kept_with_its_labels(data: FaceData, tmp_path: Path) -> None:
    history = run_in(tmp_path / "run", dataclasses.replace(PLAIN, epochs=4), data)
    model, labels = load_model(tmp_path / "run" / "best.keras")
    assert labels == data.labels
    validation = data.split("validation")
    named = np.asarray(model(validation.images.astype("float32"))).argmax(axis=1)
    accuracy = (named == validation.labels).mean()
    assert accuracy == pytest.approx(history["val_accuracy"].max(), abs=1e-6)


def test_it_learns(data: FaceData, tmp_path: Path) -> None:
    few = dataclasses.replace(
        data, splits={**data.splits, "train": data.split("train").take(slice(40))}
    )
    recipe = Recipe(arch="baseline", options={"filters": 8}, epochs=20, batch_size=8)
    history = run_in(tmp_path / "run", recipe, few)
    assert history["accuracy"].iloc[-1] > 0.8, "a network that can't learn 40 faces by heart"


def test_other_labels_train_as_well(data: FaceData, tmp_path: Path) -> None:
    def halve(split):  # type: ignore[no-untyped-def]
        return dataclasses.replace(split, labels=split.labels % 2)

    two = dataclasses.replace(
        data,
        labels=("even", "odd"),
        splits={name: halve(split) for name, split in data.splits.items()},
    )
    run_in(tmp_path / "run", dataclasses.replace(PLAIN, epochs=1), two)
    model, labels = load_model(tmp_path / "run" / "best.keras")
    assert labels == ("even", "odd")
    assert model.output_shape == (None, 2)


def test_a_missing_split_is_said(data: FaceData, tmp_path: Path) -> None:
    only = dataclasses.replace(data, splits={"train": data.split("train")})
    with pytest.raises(InputError, match="no validation split"):
        run_in(tmp_path / "run", PLAIN, only)


def test_a_broken_state_is_said(data: FaceData, tmp_path: Path) -> None:
    run_in(tmp_path / "run", PLAIN, data, stop_after=1)
    state = tmp_path / "run" / "last.npz"
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(InputError, match="can't resume from it"):
        run_in(tmp_path / "run", PLAIN, data)


def test_only_a_users_callback_makes_a_step_wait_for_its_numbers(
    data: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours: list[object] = []
    monkeypatch.setattr(Judge, "on_train_batch_end", lambda self, batch, logs: ours.append(logs))
    theirs: list[object] = []
    lambdas = [
        keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: theirs.append(logs))
    ]
    tmp_path.joinpath("run").mkdir()
    once = dataclasses.replace(PLAIN, epochs=1)
    run, device = RunFolder(tmp_path / "run"), prepare_device()
    fit_run(once, data, run, seed=4, device=device, callbacks=lambdas)
    assert len(ours) == len(theirs) == -(-300 // PLAIN.batch_size)
    assert all(isinstance(logs["loss"], float) for logs in theirs)  # type: ignore[index]
    assert not any(isinstance(logs["loss"], float) for logs in ours)  # type: ignore[index]
