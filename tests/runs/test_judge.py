"""What is judged and kept: a float32 twin of the model that is trained."""

from pathlib import Path

import keras
import numpy as np
import pytest

from fer_keras.architectures.registry import build
from fer_keras.data.drawn import synthetic_data
from fer_keras.models.keras_file import load_model
from fer_keras.runs.judge import build_twin
from fer_keras.runs.loop import fit_run
from fer_keras.runs.run_folder import RunFolder
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe

RECIPE = Recipe(arch="mobile-s", options={"stem": 4, "blocks": [[6, 1]]}, epochs=2, ema_decay=0.9)


def test_the_twin_computes_in_float32_and_leaves_the_policy() -> None:
    prepare_device("mixed_bfloat16")
    model = build(RECIPE.arch, 7, RECIPE.options)
    twin = build_twin(RECIPE, 7)
    assert {layer.compute_dtype for layer in twin.layers} == {"float32"}
    assert "bfloat16" in {layer.compute_dtype for layer in model.layers}
    assert keras.config.dtype_policy().name == "mixed_bfloat16"


def test_what_is_kept_is_what_was_judged(tmp_path: Path) -> None:
    data = synthetic_data(train=300, validation=60, test=10)
    run = RunFolder(tmp_path)
    progress = fit_run(RECIPE, data, run, seed=0, device=prepare_device("mixed_bfloat16"))
    model, _ = load_model(run.best_model)
    assert {layer.compute_dtype for layer in model.layers[1:]} == {"float32"}  # but the input
    validation = data.split("validation")
    answers = model.predict(validation.images.astype("float32"), verbose=0).argmax(axis=1)
    assert np.mean(answers == validation.labels) == pytest.approx(progress.best_accuracy, abs=1e-6)
