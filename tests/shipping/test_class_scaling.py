from __future__ import annotations

import keras
import numpy as np

from fer_keras.architectures.registry import build
from fer_keras.evaluation.scores import expected_calibration_error
from fer_keras.shipping.class_scaling import (
    ClassScaling,
    apply_class_scaling,
    cross_fitted,
    fit_class_scaling,
    read_logits,
)

SPOILT = ClassScaling(np.array([2.0, 1, 1.5, 1, 1, 1.2, 1]), np.array([0.5, 0, 0, -0.4, 0, 0, 0]))
"""What would make the spoilt logits honest."""


def honest(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn by their softmax."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 1.6, (n, 7))
    probabilities = ClassScaling(np.ones(7), np.zeros(7)).probabilities(logits)
    return logits, np.array([random.choice(7, p=row) for row in probabilities])


def test_what_spoilt_them_is_found() -> None:
    logits, labels = honest(20_000)
    found = fit_class_scaling((logits - SPOILT.offsets) * SPOILT.temperatures, labels)
    np.testing.assert_allclose(found.temperatures, SPOILT.temperatures, rtol=0.1)
    # A constant added to all logits changes nothing, so offsets are found up to one.
    shift = found.offsets - SPOILT.offsets
    np.testing.assert_allclose(shift, shift.mean(), atol=0.1)


def test_a_stronger_pull_leaves_logits_more_as_they_are() -> None:
    logits, labels = honest(2000)
    spoilt = (logits - SPOILT.offsets) * SPOILT.temperatures
    moved = []
    for pull in (1e-3, 1e-1, 1e3):
        found = fit_class_scaling(spoilt, labels, pull)
        moved.append(float((np.log(found.temperatures) ** 2).sum() + (found.offsets**2).sum()))
    assert moved[0] > moved[1] > moved[2]
    assert moved[2] < 1e-5


def test_cross_fitting_mends_the_error() -> None:
    logits, labels = honest(5000)
    spoilt = (logits - SPOILT.offsets) * SPOILT.temperatures * 1.8
    plain = ClassScaling(np.ones(7), np.zeros(7)).probabilities(spoilt)
    assert expected_calibration_error(plain, labels) > 0.1
    assert expected_calibration_error(cross_fitted(spoilt, labels), labels) < 0.03


def test_what_a_face_is_does_not_scale_its_own_probabilities() -> None:
    logits, labels = honest(600)
    truth = np.eye(7)[labels]
    told = truth.copy()
    told[17] = np.eye(7)[(labels[17] + 1) % 7]
    before, after = (cross_fitted(logits, labels, said) for said in (truth, told))
    np.testing.assert_array_equal(before[17], after[17])
    changed = (before != after).any(axis=1)
    assert 0.7 < changed.mean() < 0.85  # those of the four other folds


def test_cross_fitting_flatters_nobody() -> None:
    """Labels without rhyme or reason: scaling fitted to them must not seem to tell them."""
    random = np.random.default_rng(0)
    logits, labels = random.normal(0, 1, (210, 7)), np.repeat(np.arange(7), 30)

    def surprise(probabilities: np.ndarray) -> float:
        return float(-np.log(probabilities[np.arange(210), labels]).mean())

    in_sample = fit_class_scaling(logits, labels).probabilities(logits)
    assert surprise(in_sample) < surprise(cross_fitted(logits, labels))


def test_the_model_itself_says_what_scaling_says() -> None:
    keras.utils.set_random_seed(3)
    model = build("final-slim")
    faces = np.random.default_rng(1).integers(0, 256, (5, 48, 48, 1), dtype=np.uint8)
    expected = SPOILT.probabilities(read_logits(model, faces))
    apply_class_scaling(model, SPOILT)
    found = model.predict(faces.astype("float32"), verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-5)
