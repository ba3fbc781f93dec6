"""Muon sees convolutions as matrices and leaves the rest to Adam."""

import keras
import numpy as np
import pytest

from fer_keras.architectures.registry import build
from fer_keras.training.optimizer import ConvMuon, make_optimizer
from fer_keras.training.recipe import Recipe


@pytest.fixture
def kernel() -> keras.Variable:
    return keras.Variable(np.zeros((3, 3, 8, 16), np.float32), name="kernel")


def step(variable: keras.Variable, gradient: np.ndarray, **options: float) -> np.ndarray:
    optimizer = ConvMuon(learning_rate=1.0, weight_decay=0.0, **options)
    optimizer.build([variable])
    before = keras.ops.convert_to_numpy(variable)
    optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    return before - keras.ops.convert_to_numpy(variable)


def test_the_step_of_a_convolution_is_orthogonal_whatever_the_gradient(
    kernel: keras.Variable,
) -> None:
    gradient = np.random.default_rng(0).normal(size=kernel.shape).astype(np.float32)
    gradient *= np.geomspace(1e-3, 1e3, 16, dtype=np.float32)  # columns of very different size
    moved = step(kernel, gradient, ns_steps=12).reshape(-1, 16)
    values = np.linalg.svd(moved, compute_uv=False) / (0.2 * np.sqrt(72))
    # The quintic iteration settles between 0.7 and 1.2, not at 1.
    assert values.min() > 0.6
    assert values.max() < 1.3


def test_the_size_of_a_gradient_does_not_matter(kernel: keras.Variable) -> None:
    gradient = np.random.default_rng(0).normal(size=kernel.shape).astype(np.float32)
    small = step(kernel, gradient * 1e-3)
    kernel.assign(np.zeros(kernel.shape, np.float32))
    np.testing.assert_allclose(small, step(kernel, gradient), rtol=0.02, atol=0.02)


def test_stem_head_and_normalisation_are_adams() -> None:
    model = build("mobile-s")
    optimizer = make_optimizer(Recipe(optimizer="muon"), steps_per_epoch=1)
    optimizer.build(model.trainable_variables)
    muon = [v for v in model.trainable_variables if not optimizer._should_use_adamw(v)]
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert {v.path for v in muon} == {v.path for v in kernels[1:]}


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_adam_moves_the_head_by_its_share_of_the_rate(share: float) -> None:
    """Adam's first step is its rate, whatever the gradient."""
    recipe = Recipe(optimizer="muon", learning_rate=0.1, adam_share=share)
    optimizer = make_optimizer(recipe, steps_per_epoch=1)
    head = keras.Variable(np.zeros((8, 7), np.float32), name="kernel")
    optimizer.build([head])
    optimizer.apply([keras.ops.ones((8, 7))], [head])
    np.testing.assert_allclose(head, np.full((8, 7), -0.1 * share), rtol=1e-3)


def test_decay_shrinks_kernels_and_spares_offsets() -> None:
    model = build("mobile-s")
    optimizer = make_optimizer(
        Recipe(optimizer="muon", learning_rate=0.1, weight_decay=0.5), steps_per_epoch=1
    )
    optimizer.build(model.trainable_variables)
    before = [keras.ops.convert_to_numpy(v) for v in model.trainable_variables]
    optimizer._apply_weight_decay(model.trainable_variables)
    for variable, old in zip(model.trainable_variables, before, strict=True):
        share = 0.95 if variable.name == "kernel" else 1.0
        np.testing.assert_allclose(keras.ops.convert_to_numpy(variable), old * share, rtol=1e-5)
