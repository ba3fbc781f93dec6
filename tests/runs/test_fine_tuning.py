"""Fine-tuning begins where another training ended."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from fer_keras.architectures.registry import build
from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model, save_model
from fer_keras.runs.loop import load_start_weights

LABELS = ("sad", "happy", "other")
SMALL = {"stem": 4, "blocks": [[4, 1], [8, 2]]}


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A run folder with a model for `LABELS`."""
    save_model(build("mobile-s", 3, SMALL), LABELS, tmp_path / "best.keras")
    return tmp_path


@pytest.mark.parametrize("name", ["", "best.keras"])
def test_all_weights_are_taken_over(trained: Path, name: str) -> None:
    model, again = build("mobile-s", 3, SMALL), build("mobile-s", 3, SMALL)
    faces = np.random.default_rng(0).uniform(0, 255, (4, 48, 48, 1)).astype(np.float32)
    assert not np.allclose(model(faces), again(faces))
    load_start_weights(model, trained / name)
    load_start_weights(again, trained / name)
    assert np.array_equal(model(faces), again(faces))


def test_for_other_emotions_the_last_layer_is_new(trained: Path) -> None:
    model, reference = build("mobile-s", 5, SMALL), build("mobile-s", 3, SMALL)
    load_start_weights(reference, trained)
    head = [layer for layer in model.layers if layer.weights][-1]
    before = head.get_weights()
    load_start_weights(model, trained)
    assert all(np.array_equal(a, b) for a, b in zip(before, head.get_weights(), strict=True))
    assert np.array_equal(model.trainable_variables[0], reference.trainable_variables[0])


def test_another_build_is_refused(trained: Path) -> None:
    with pytest.raises(InputError, match=r"start_from .*: its layers are not those that"):
        load_start_weights(build("mobile-m", 3), trained)
    with pytest.raises(InputError, match="no such file"):
        load_start_weights(build("mobile-s", 3, SMALL), trained / "nothing.keras")


def test_layers_may_be_called_otherwise(trained: Path) -> None:
    """Weights from before layers had names of their own, as Keras had counted them."""
    reference, _ = load_model(trained / "best.keras")
    config = reference.get_config()
    text = json.dumps(config)
    for number, layer in enumerate(config["layers"]):
        text = text.replace(f'"{layer["name"]}"', f'"layer_{number}"')
    renamed = keras.Model.from_config(json.loads(text))
    renamed.set_weights(reference.get_weights())
    assert renamed.layers[2].name == "layer_2"
    save_model(renamed, LABELS, trained / "old.keras")
    model = build("mobile-s", 3, SMALL)
    load_start_weights(model, trained / "old.keras")
    faces = np.random.default_rng(0).uniform(0, 255, (4, 48, 48, 1)).astype(np.float32)
    assert np.array_equal(model(faces), reference(faces))
