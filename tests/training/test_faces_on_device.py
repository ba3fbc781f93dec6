"""Faces that lie on the device are seen as those that the host changes, and trained on alike."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from fer_keras.architectures import build
from fer_keras.data.augmentation import Augmentation
from fer_keras.data.batches import EpochPlan, numbered_batches, plan_epoch, training_batches
from fer_keras.data.drawn import synthetic_data
from fer_keras.runs.loop import fit_run
from fer_keras.runs.run_folder import RunFolder
from fer_keras.training import faces_on_device
from fer_keras.training.device import Device
from fer_keras.training.faces_on_device import FacesOnDevice, beside_faces
from fer_keras.training.recipe import Recipe
from fer_keras.training.recipes import STRONG_AUGMENTATION

FACES = np.random.default_rng(0).integers(0, 256, (50, 48, 48, 1), dtype=np.uint8)
TARGETS = np.eye(50, dtype=np.float32)
RECIPE = Recipe(
    arch="mobile-s",
    options={"stem": 4, "blocks": [[4, 2], [6, 2]], "dropout": 0.2},
    epochs=2,
    batch_size=16,
    optimizer="muon",
    learning_rate=0.01,
    ema_decay=0.9,
    precise_bn=32,
    mixup=0.3,
    augmentation={"rotation": 10.0, "erase": 0.5},
)
ON_DEVICE = Device("a device with the faces on it", holds_faces=True)


def plan(epoch: int) -> EpochPlan:
    return plan_epoch(50, seed=1, epoch=epoch)


@pytest.mark.parametrize("mixup", [0.0, 0.4])
@pytest.mark.parametrize("change", [None, Augmentation(**STRONG_AUGMENTATION)])
def test_the_network_sees_what_the_host_would_show(
    change: Augmentation | None, mixup: float
) -> None:
    order = {"batch_size": 16, "epochs": (0, 1), "plan": plan, "mixup": mixup}
    pairs = list(training_batches(FACES, TARGETS, augmentation=change, **order))
    inputs = keras.Input((48, 48, 1))
    shown = FacesOnDevice(keras.Model(inputs, keras.layers.Flatten()(inputs)), FACES, change, mixup)
    numbered = numbered_batches(TARGETS, **order)
    faces = shown.predict(numbered, verbose=0)
    expected = np.concatenate([np.asarray(face) for face, _ in pairs])
    np.testing.assert_allclose(faces.reshape(expected.shape), expected, atol=1e-2)
    for (_, wanted), (_, other) in zip(pairs, numbered, strict=True):
        np.testing.assert_array_equal(wanted, other)


def test_random_numbers_keep_their_digits_in_half_precision() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        inputs = keras.Input((48, 48, 1), dtype="float32")
        flat = keras.layers.Flatten(dtype="float32")(inputs)
        shown = FacesOnDevice(keras.Model(inputs, flat), FACES, Augmentation(**STRONG_AUGMENTATION))
        number = np.arange(4, dtype=np.int32)
        uniform = np.full((4, 13), 0.5, np.float32)
        uniform[:, 3] += np.arange(4) * 1e-4  # bfloat16 has steps of 0.002 there
        faces = np.asarray(shown((number[:1].repeat(4), uniform, uniform[:, 0])))
        assert len({face.tobytes() for face in faces}) == 4
    finally:
        keras.config.set_dtype_policy("float32")


def test_a_run_is_trained_alike_and_its_callbacks_see_the_network(tmp_path: Path) -> None:
    data = synthetic_data(train=50, validation=14, test=1)
    seen = []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            seen.append(self.model.input_shape)

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            self.model.stop_training = True

    kept = []
    for name, device in (("host", Device("the host")), ("device", ON_DEVICE)):
        run = RunFolder(tmp_path / name)
        run.path.mkdir()
        fit_run(RECIPE, data, run, seed=1, device=device, callbacks=[Look()])
        kept.append(keras.saving.load_model(run.best_model, compile=False).get_weights())
    assert seen == [(None, 48, 48, 1)] * 4
    for ours, theirs in zip(*kept, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-3)

    stopped = RunFolder(tmp_path / "stopped")
    stopped.path.mkdir()
    fit_run(RECIPE, data, stopped, seed=1, device=ON_DEVICE, callbacks=[Stop()])
    assert len(stopped.read_history()) == 1
    # Going on from there ends where the uninterrupted training did.
    fit_run(RECIPE, data, stopped, seed=1, device=ON_DEVICE)
    again = keras.saving.load_model(stopped.best_model, compile=False).get_weights()
    for ours, theirs in zip(kept[1], again, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_more_faces_than_fit_stay_on_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    network = build("mobile-s", 7, RECIPE.options)
    assert isinstance(beside_faces(network, FACES, RECIPE, ON_DEVICE), FacesOnDevice)
    assert beside_faces(network, FACES, RECIPE, Device("the host")) is network
    monkeypatch.setattr(faces_on_device, "LARGEST", FACES.nbytes - 1)
    assert beside_faces(network, FACES, RECIPE, ON_DEVICE) is network
