"""Keras' other backends train, resume and evaluate.

Keras itself imports TensorFlow where it is installed, to seed it. The others are not among the
dependencies: `make backends` installs them beside, and runs this.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TRAIN = """
import sys
import fer_keras as fk
from fer_keras.training.recipe import Recipe

run = fk.train(
    fk.open_data("synthetic", sizes=(64, 32, 8)),
    Recipe(
        arch=sys.argv[1],
        options={"filters": 4} if sys.argv[1] == "baseline" else {"stem": 4, "blocks": [[6, 2]]},
        epochs=2,
        batch_size=16,
        optimizer="muon",
        ema_decay=0.9,
        precise_bn=32,
        mixup=0.2,
        augmentation={"rotation": 10.0},
    ),
    out=sys.argv[2],
    device="cpu",
    precision="mixed_bfloat16",
)
assert len(run.history) == 2
best = run.history["val_accuracy"].max()
assert abs(run.evaluate().accuracy.value - best) < 1e-6
assert len(run.resume(epochs=3).history) == 3
"""


@pytest.mark.slow
@pytest.mark.parametrize("arch", ["baseline", "mobile-s"])
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend_trains_and_evaluates(backend: str, arch: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed; make backends")
    done = subprocess.run(
        [sys.executable, "-c", TRAIN, arch, str(tmp_path / "run")],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": backend},
    )
    assert done.returncode == 0, done.stderr
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["backend"] == backend
    assert backend in config["device"]
