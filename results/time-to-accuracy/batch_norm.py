"""What a step of `mobile-s` costs with Keras' own batch norm and with TensorFlow's kernel.

python results/time-to-accuracy/batch_norm.py FOLDER

Processor seconds of a training on drawn faces in mixed_bfloat16, the two by turns; writes
batch_norm.csv with the median of each and their ratio.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from fer_keras.architectures.registry import build
from fer_keras.training.device import prepare_device
from fer_keras.training.fused_batch_norm import fuse_batch_norm
from fer_keras.training.optimizer import make_optimizer
from fer_keras.training.recipes import choose_recipe

STEPS, TURNS = 20, 5


def main(folder: Path) -> None:
    """Time both."""
    with prepare_device("mixed_bfloat16", "cpu").scope():
        models = {"keras": trainable(fused=False), "tensorflow": trainable(fused=True)}
        time_by_turns(models, folder)


def time_by_turns(models: dict[str, keras.Model], folder: Path) -> None:
    """Write the medians."""
    seconds: dict[str, list[float]] = {name: [] for name in models}
    for turn in range(TURNS + 1):
        for name, model in models.items():
            begun = time.process_time()
            train(model)
            if turn:  # the first compiles
                seconds[name].append(time.process_time() - begun)
    median = {name: float(np.median(each)) for name, each in seconds.items()}
    rows = [
        {
            "batch norm by": name,
            "ms of processor a step": round(1000 * each / STEPS),
            "times keras'": round(each / median["keras"], 3),
        }
        for name, each in median.items()
    ]
    pd.DataFrame(rows).to_csv(folder / "batch_norm.csv", index=False)
    print(pd.DataFrame(rows).to_string(index=False))


def trainable(*, fused: bool) -> keras.Model:
    """mobile-s, compiled with its own recipe."""
    recipe = choose_recipe("mobile-s")
    model = build(recipe.arch)
    if fused:
        fuse_batch_norm(model)
    model.compile(make_optimizer(recipe, steps_per_epoch=200), "categorical_crossentropy")
    return model


def train(model: keras.Model) -> None:
    """`STEPS` steps of 128 faces."""
    random = np.random.default_rng(0)
    faces = random.integers(0, 256, (128 * STEPS, 48, 48, 1)).astype(np.float32)
    targets = np.eye(7, dtype=np.float32)[random.integers(0, 7, len(faces))]
    model.fit(faces, targets, batch_size=128, verbose=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
