"""Devices: several of them train one model. Two logical CPUs stand for two GPUs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fer_keras.training.device import prepare_device

TWO_DEVICES = """
import sys
from pathlib import Path
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from fer_keras.data.drawn import synthetic_data
from fer_keras.training.device import Device
from fer_keras.runs.loop import train
from fer_keras.training.recipe import Recipe
from fer_keras.runs.run_folder import RunFolder
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
recipe = Recipe(arch="baseline", options={"filters": 2}, epochs=2, ema=0.9)
data = synthetic_data(60, 20, 1)
progress = train(recipe, data, RunFolder(Path(sys.argv[1])), seed=1,
                 device=Device("two", strategy.scope()))
assert progress.epochs == 2
print("replicas", strategy.num_replicas_in_sync)
"""

JAX = """
import sys
from pathlib import Path
from fer_keras.data.drawn import synthetic_data
from fer_keras.training.device import prepare_device
from fer_keras.runs.loop import train
from fer_keras.training.recipe import Recipe
from fer_keras.runs.run_folder import RunFolder
recipe = Recipe(arch="mobile-s", options={"stem": 4, "blocks": [[8, 2]]}, epochs=2, ema=0.9,
                augmentation={"rotation": 10.0})
device = prepare_device()
assert "jax" in device.description
train(recipe, synthetic_data(60, 20, 1), RunFolder(Path(sys.argv[1])), seed=1, device=device)
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


def test_two_devices_train_one_model(tmp_path: Path) -> None:
    assert "replicas 2" in run(TWO_DEVICES, tmp_path)


def test_trains_from_arrays_under_jax(tmp_path: Path) -> None:
    pytest.importorskip("jax", reason="JAX is not installed")
    run(JAX, tmp_path, KERAS_BACKEND="jax")
    assert (tmp_path / "best.keras").exists()


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
    model = build("mobile-s")
    assert "CPU" in device.description or "GPU" in device.description
    assert model.get_layer("logits").compute_dtype == "bfloat16"
    assert model.output.dtype == "float32"
