from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.architectures.registry import build
from fer_keras.evaluation.metrics import expected_calibration_error
from fer_keras.evaluation.temperature import (
    apply_temperature,
    cross_fitted_error,
    fit_temperature,
    scale,
)


def honest(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and labels drawn by them."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(7, 0.4), n)
    labels = np.array([random.choice(7, p=row) for row in probabilities])
    return probabilities, labels


@pytest.mark.parametrize("factor", [0.4, 1.0, 2.5])
def test_the_temperature_that_spoilt_them_is_found(factor: float) -> None:
    probabilities, labels = honest(6000)
    spoilt = scale(probabilities, 1 / factor)
    assert fit_temperature(spoilt, labels) == pytest.approx(factor, rel=0.07)


def test_cross_fitting_mends_the_error() -> None:
    probabilities, labels = honest(4000)
    spoilt = scale(probabilities, 0.4)
    assert expected_calibration_error(spoilt, labels) > 0.08
    assert cross_fitted_error(spoilt, labels) < 0.03


@given(st.floats(0.2, 5), st.integers(0, 1000))
def test_scaling_keeps_the_order(temperature: float, seed: int) -> None:
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(7), 20)
    scaled = scale(probabilities, temperature)
    np.testing.assert_allclose(scaled.sum(axis=1), 1)
    np.testing.assert_array_equal(scaled.argsort(axis=1), probabilities.argsort(axis=1))


def test_the_model_itself_says_what_scaling_says() -> None:
    keras.utils.set_random_seed(3)
    model = build("final-slim")
    faces = np.random.default_rng(1).uniform(0, 255, (5, 48, 48, 1)).astype("float32")
    before = model.predict(faces, verbose=0)
    apply_temperature(model, 1.7)
    np.testing.assert_allclose(model.predict(faces, verbose=0), scale(before, 1.7), atol=1e-5)
