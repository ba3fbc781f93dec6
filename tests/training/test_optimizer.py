"""The optimizers and the schedule that recipes name."""

from __future__ import annotations

from typing import Any

import keras
import pytest

from fer_keras.training.optimizer import ConvMuon, make_optimizer
from fer_keras.training.recipe import Recipe


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("adam", keras.optimizers.Adam),
        ("adamw", keras.optimizers.AdamW),
        ("sgd", keras.optimizers.SGD),
        ("muon", ConvMuon),
    ],
)
def test_each_name_is_its_optimizer(name: str, kind: Any) -> None:
    recipe = Recipe(optimizer=name, learning_rate=0.25, weight_decay=0.125)
    optimizer = make_optimizer(recipe, steps_per_epoch=3)
    assert type(optimizer) is kind
    assert float(optimizer.learning_rate) == 0.25
    assert optimizer.weight_decay == (None if name == "adam" else 0.125)
    if name == "sgd":
        assert (optimizer.momentum, optimizer.nesterov) == (0.9, True)


def test_without_a_decay_nothing_decays() -> None:
    assert not make_optimizer(Recipe(optimizer="sgd"), steps_per_epoch=3).weight_decay
    assert not make_optimizer(Recipe(optimizer="adamw"), steps_per_epoch=3).weight_decay


@pytest.mark.parametrize("warmup", [0.0, 1.5])
def test_a_cosine_rises_through_the_warm_up_and_ends_at_nothing(warmup: float) -> None:
    recipe = Recipe(epochs=5, learning_rate=0.2, schedule="cosine", warmup_epochs=warmup)
    rate = make_optimizer(recipe, steps_per_epoch=4)._learning_rate
    rises = int(4 * warmup)
    steps = [float(rate(step)) for step in range(21)]
    assert steps[: rises + 1] == pytest.approx(
        [0.2 * step / rises for step in range(rises + 1)] if rises else [0.2], abs=1e-6
    )
    assert steps[(rises + 20) // 2] == pytest.approx(0.1, abs=1e-6)  # half the way down
    assert steps[20] == pytest.approx(0.0, abs=1e-6)
    assert steps[rises:] == sorted(steps[rises:], reverse=True)


def test_a_warm_up_as_long_as_the_training_is_possible() -> None:
    recipe = Recipe(epochs=1, learning_rate=0.2, schedule="cosine", warmup_epochs=1.0)
    rate = make_optimizer(recipe, steps_per_epoch=4)._learning_rate
    assert float(rate(4)) == pytest.approx(0.2)
