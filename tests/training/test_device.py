"""Devices: several of them train one model. Two logical CPUs stand for two GPUs."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from fer_keras.errors import InputError
from fer_keras.training.device import prepare_device

TWO_DEVICES = """
import sys
from pathlib import Path
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from fer_keras.data.drawn import synthetic_data
from fer_keras.training.device import Device
from fer_keras.runs.loop import fit_run
from fer_keras.training.recipe import Recipe
from fer_keras.runs.run_folder import RunFolder
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
device = Device("two", placement=strategy.scope)
recipe = Recipe(arch="baseline", options={"filters": 2}, epochs=2, ema_decay=0.9)
data = synthetic_data(60, 20, 1)
for name in ("first", "second"):
    run = RunFolder(Path(sys.argv[1]) / name)
    run.path.mkdir()
    assert fit_run(recipe, data, run, seed=1, device=device).epochs == 2
print("replicas", strategy.num_replicas_in_sync)
"""


def run(code: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_devices_train_one_model_and_then_another(tmp_path: Path) -> None:
    assert "replicas 2" in run(TWO_DEVICES, tmp_path)
    first, second = (pd.read_csv(tmp_path / name / "history.csv") for name in ("first", "second"))
    pd.testing.assert_frame_equal(first.drop(columns="seconds"), second.drop(columns="seconds"))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_only_cores_that_may_be_used_are_counted() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        description = prepare_device().description
    finally:
        os.sched_setaffinity(0, allowed)
    if "GPU" in description:
        pytest.skip("a GPU is taken")
    assert description == "CPU (1 core)"


def test_precision_is_set_and_probabilities_stay_float32() -> None:
    from fer_keras.architectures.registry import build

    device = prepare_device("mixed_bfloat16")
    with device.scope():
        model = build("mobile-s")
    assert "CPU" in device.description or "GPU" in device.description
    assert model.get_layer("logits").compute_dtype == "bfloat16"
    assert model.output.dtype == "float32"
    assert build("mobile-s").get_layer("logits").compute_dtype == "float32"  # and put back


@pytest.mark.parametrize(
    ("choice", "message"),
    [("tpu", "take cpu, gpu"), ("gpu:7", "this machine has"), ("gpu:", "take")],
)
def test_devices_that_are_not_there_are_named(choice: str, message: str) -> None:
    with pytest.raises(InputError, match=f"device {choice}: {message}"):
        prepare_device(choice=choice)


def test_the_cpu_can_be_chosen() -> None:
    assert prepare_device(choice="cpu").description.startswith("CPU")
