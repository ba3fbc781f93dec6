"""Temperature scaling (Guo et al. 2017): probabilities that mean what they say.

Logits are divided by one number, fitted on the validation split. No label changes, as the order of
a face's probabilities stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.evaluation.metrics import expected_calibration_error

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.floating[Any]]

LOWEST, HIGHEST = 0.1, 10.0
"""Temperatures that are looked at."""

FOLDS = 5


def fit_temperature(probabilities: Floats, labels: NDArray[np.int64]) -> float:
    """The temperature with the least cross entropy.

    Args:
        probabilities: (n, classes), of the model as it is.
        labels: (n,), what the faces are.

    Returns:
        The number by which logits are to be divided, `LOWEST` to `HIGHEST`; above 1 makes the model
        less sure.
    """
    from scipy.optimize import minimize_scalar

    chosen = np.arange(len(labels)), labels

    def cross_entropy(log_temperature: float) -> float:
        scaled = scale(probabilities, float(np.exp(log_temperature)))
        return float(-np.log(np.maximum(scaled[chosen], 1e-12)).mean())

    ends = np.log(LOWEST), np.log(HIGHEST)
    return float(np.exp(minimize_scalar(cross_entropy, bounds=ends, method="bounded").x))


def scale(probabilities: Floats, temperature: float) -> NDArray[np.float64]:
    """What a softmax would give if its logits were divided by `temperature`: (n, classes)."""
    # A softmax's logits are its logarithms, but for a constant that cancels.
    logits = np.log(np.maximum(probabilities.astype(np.float64), 1e-30)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def cross_fitted_error(
    probabilities: Floats, labels: NDArray[np.int64], folds: int = FOLDS
) -> float:
    """Expected calibration error where each face is scaled by what the other folds say.

    Args:
        probabilities: (n, classes), of the model as it is.
        labels: (n,); every fold gets its share of each class.
        folds: at most the number of faces in the rarest class.
    """
    from sklearn.model_selection import StratifiedKFold

    scaled = np.empty(probabilities.shape, np.float64)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=0)
    for fitted, judged in splitter.split(probabilities, labels):
        temperature = fit_temperature(probabilities[fitted], labels[fitted])
        scaled[judged] = scale(probabilities[judged], temperature)
    return expected_calibration_error(scaled, labels)


def apply_temperature(model: keras.Model, temperature: float) -> None:
    """Divide a model's logits by `temperature`, in its own weights: no operator is added.

    Args:
        model: its last dense layer is called `logits`; changed in place.
        temperature: above 0.
    """
    layer = model.get_layer("logits")
    layer.set_weights([weight / temperature for weight in layer.get_weights()])
