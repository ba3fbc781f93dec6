"""`fer_keras.train`: a run as an object, Keras' callbacks, what is refused and what is kept."""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import fer_keras as fk
from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models.keras_file import save_model
from fer_keras.runs.config import describe_data, is_same_data
from fer_keras.runs.run_folder import only_one_in
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe

TINY = Recipe(arch="baseline", options={"filters": 2}, epochs=2, batch_size=32, learning_rate=3e-3)


@pytest.fixture(scope="module")
def data() -> FaceData:
    return fk.open_data("synthetic", sizes=(96, 32, 8))


def quiet(line: str) -> None:
    pass


def test_a_run_has_what_the_command_leaves_and_goes_on(data: FaceData, tmp_path: Path) -> None:
    lines: list[str] = []
    run = fk.train(data, TINY, out=tmp_path / "run", seed=2, report=lines.append)
    assert list(run.history["epoch"]) == [1, 2]
    assert sum(line.startswith("epoch ") for line in lines) == 2
    assert run.labels == data.labels
    assert run.recipe == TINY
    best = run.history["val_accuracy"].max()
    assert run.evaluate().accuracy.value == pytest.approx(best)
    assert run.model.output_shape == (None, 7)
    assert {"config.json", "metrics.json", "curves.png", "last.npz"} <= {
        file.name for file in run.path.iterdir()
    }

    # Opened again elsewhere it finds its data, and it is extended.
    again = fk.Run(run.path).resume(epochs=3, report=quiet)
    assert list(again.history["epoch"]) == [1, 2, 3]
    assert again.recipe.epochs == 3
    assert again.config["extended"] == [{"after": 2, "from": 2}]
    whole = fk.train(data, TINY, epochs=3, out=tmp_path / "whole", seed=2, report=quiet)
    columns = ["loss", "val_loss", "val_accuracy"]
    np.testing.assert_array_equal(again.history[columns], whole.history[columns])
    with pytest.raises(InputError, match=r"epochs 3: .* has 3 already"):
        run.resume(epochs=3)


class Precision(keras.callbacks.Callback):
    """Notes what the layers of the model in training compute in."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[set[str]] = []

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.seen.append({layer.compute_dtype for layer in self.model.layers[1:]})


def test_a_training_computes_in_its_precision_and_leaves_keras_as_it_was(
    data: FaceData, tmp_path: Path
) -> None:
    precision = Precision()
    asked = {"out": tmp_path / "run", "precision": "mixed_bfloat16", "report": quiet}
    run = fk.train(data, TINY, epochs=1, callbacks=[precision], **asked)
    assert keras.config.dtype_policy().name == "float32"
    fk.Run(run.path).resume(epochs=2, callbacks=[precision], report=quiet)
    # Probabilities alone are float32.
    assert precision.seen == [{"bfloat16", "float32"}] * 2


def test_a_notebook_finds_its_process_as_it_left_it(data: FaceData, tmp_path: Path) -> None:
    def train_in_notebook(seed: int) -> tuple[fk.Run, float, float]:
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        run = fk.train(data, TINY, epochs=1, out=tmp_path / str(seed), report=quiet)
        return run, random.random(), np.random.random()  # noqa: NPY002

    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.config.disable_interactive_logging()
    try:
        run, *drawn = train_in_notebook(1)
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
        assert keras.config.floatx() == "float64"
        assert not keras.config.is_interactive_logging_enabled()
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")
        keras.config.enable_interactive_logging()
    other, *others = train_in_notebook(2)
    assert all(one != another for one, another in zip(drawn, others, strict=True)), (
        "what a notebook draws comes of the training's seed"
    )
    # Nor does the training depend on what the notebook has set.
    assert run.history["loss"].equals(other.history["loss"])


def test_a_run_goes_on_where_it_is_told_to_and_says_so(
    data: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = fk.train(data, TINY, epochs=1, out=tmp_path / "run", report=quiet)
    run.resume(epochs=2, report=quiet)
    assert "resumed" not in run.config, "nothing was otherwise"
    with pytest.raises(InputError, match=r"device gpu:7: this machine has"):
        run.resume(epochs=3, device="gpu:7", report=quiet)
    assert run.recipe.epochs == 2, "refused, and yet extended"
    run.resume(epochs=3, device="cpu", report=quiet)
    (noted,) = run.config["resumed"]
    assert (noted["after"], noted["device_choice"]) == (2, "cpu")
    assert run.config["device_choice"] is None, "how it was begun stays"
    seen = []
    usual = prepare_device
    monkeypatch.setattr(
        "fer_keras.training.device.prepare_device",
        lambda precision, choice: seen.append(choice) or usual(precision, choice),
    )
    run.resume(epochs=4, report=quiet)
    assert seen == ["cpu"], "it was told before"
    assert len(run.config["resumed"]) == 1


def test_a_run_that_has_yet_to_begin_takes_no_other_start(data: FaceData, tmp_path: Path) -> None:
    class Killed(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            raise KeyboardInterrupt

    first = fk.train(data, TINY, epochs=1, out=tmp_path / "first", report=quiet)
    asked = {"start_from": first, "callbacks": [Killed()], "report": quiet}
    with pytest.raises(KeyboardInterrupt):
        fk.train(data, TINY, epochs=1, out=tmp_path / "run", **asked)
    other = first.model
    other.set_weights([weights + 1 for weights in other.get_weights()])
    save_model(other, first.labels, first.folder.best_model)
    run = fk.Run(tmp_path / "run", data=data)
    with pytest.raises(InputError, match="is not the start that the run began with"):
        run.resume(report=quiet)


def test_callbacks_of_keras_do_what_they_are_for(data: FaceData, tmp_path: Path) -> None:
    lowered = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.1, patience=1, min_delta=9.0)
    callbacks = [
        keras.callbacks.CSVLogger(str(tmp_path / "log.csv")),
        keras.callbacks.ModelCheckpoint(
            str(tmp_path / "best.weights.h5"), "val_accuracy", save_weights_only=True
        ),
        lowered,
        keras.callbacks.EarlyStopping("val_loss", min_delta=9.0, patience=2),
    ]
    run = fk.train(data, TINY, epochs=9, out=tmp_path / "run", callbacks=callbacks, report=quiet)
    assert list(run.history["epoch"]) == [1, 2, 3], "it should have stopped early"
    with (tmp_path / "log.csv").open() as file:
        logged = list(csv.DictReader(file))
    assert [float(row["val_accuracy"]) for row in logged] == list(run.history["val_accuracy"])
    assert (tmp_path / "best.weights.h5").stat().st_size > 0
    rates = list(run.history["learning_rate"])
    assert rates[0] == pytest.approx(3e-3)
    assert rates[2] == pytest.approx(3e-4), "the rate should have been lowered after epoch 2"


def test_tensorboard_and_patience(data: FaceData, tmp_path: Path) -> None:
    run = fk.train(
        data,
        TINY,
        epochs=30,
        learning_rate=1e-12,  # so that nothing gets better
        out=tmp_path / "run",
        patience=2,
        tensorboard=True,
        report=quiet,
    )
    assert list(run.history["epoch"]) == [1, 2, 3]
    written = b"".join(file.read_bytes() for file in run.path.glob("tensorboard/**/events*"))
    assert b"epoch_loss" in written
    run.resume(report=quiet)
    assert list(run.history["epoch"]) == [1, 2, 3], "its patience had run out"


def test_two_schedules_at_once_are_refused(data: FaceData, tmp_path: Path) -> None:
    reducing = [keras.callbacks.ReduceLROnPlateau()]
    with pytest.raises(InputError, match="so does the recipe's cosine schedule"):
        fk.train(data, "baseline", out=tmp_path / "run", callbacks=reducing, report=quiet)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "changes",
    [{"votes_weight": 0.5}, {"teacher_weight": 0.5}, {"augmentation": {"rotate": 3}}],
)
def test_a_recipe_that_cannot_run_leaves_no_folder(
    changes: dict[str, object], data: FaceData, tmp_path: Path
) -> None:
    recipe = Recipe(**{**TINY.to_json(), **changes})
    with pytest.raises(InputError):
        fk.train(data, recipe, out=tmp_path / "run", report=quiet)
    assert not (tmp_path / "run").exists()


def test_a_loss_that_is_no_number_ends_it_and_the_last_good_model_stays(
    data: FaceData, tmp_path: Path
) -> None:
    class Spoil(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            if epoch == 1:
                weight = self.model.trainable_variables[-1]
                weight.assign(np.full(weight.shape, np.nan))

    with pytest.raises(
        InputError, match=r"no longer a number in epoch 2; the best model of 1"
    ) as e:
        fk.train(data, TINY, epochs=5, out=tmp_path / "run", callbacks=[Spoil()], report=quiet)
    assert "\n" not in str(e.value)
    run = fk.Run(tmp_path / "run")
    assert list(run.history["epoch"]) == [1]
    assert all(np.isfinite(values).all() for values in run.model.get_weights())

    class SpoilAtOnce(keras.callbacks.Callback):
        def on_train_begin(self, logs: object = None) -> None:
            weight = self.model.trainable_variables[-1]
            weight.assign(np.full(weight.shape, np.nan))

    with pytest.raises(InputError, match="no model is kept"):
        fk.train(data, TINY, out=tmp_path / "none", callbacks=[SpoilAtOnce()], report=quiet)
    assert not (tmp_path / "none").exists()


def test_a_second_process_is_refused_until_the_first_has_died(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from fer_keras.runs.run_folder import only_one_in\n"
        "with only_one_in(Path(sys.argv[1])):\n"
        "    print('in', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "in\n"
    with pytest.raises(InputError, match="another process trains"), only_one_in(tmp_path):
        pass
    first.kill()
    first.wait()
    with only_one_in(tmp_path):
        pass


def test_the_parts_that_were_trained_on_are_compared_and_no_others(tmp_path: Path) -> None:
    three = synthetic_data(40, 20, 10)
    two = FaceData(
        three.labels,
        {name: three.split(name) for name in ("train", "validation")},
        "two",
        "another fingerprint",
    )
    config = json.loads(json.dumps(describe_data(two)))
    assert is_same_data(config, three)
    assert not is_same_data(config, synthetic_data(40, 20, 10, seed=5))
    assert not is_same_data(config, synthetic_data(40, 21, 10))
