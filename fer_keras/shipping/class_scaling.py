"""Probabilities that mean what they say: a temperature and an offset for each class.

Vector scaling (Guo et al. 2017, section 4.2): each logit is divided by its class's temperature and
shifted, as fitted on the validation split. One temperature for all classes was tried first: it left
mobile-m's calibration error at 0.031, since the classes are not equally overrated. Both numbers
fold into the last dense layer, so a scaled model has no operator more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.floating[Any]]

FOLDS = 5
PULL = 1e-3
"""How strongly temperatures are pulled to 1 and offsets to 0: a rare class has few faces to say."""


@dataclass(frozen=True)
class ClassScaling:
    """What happens to each class's logit.

    Attributes:
        temperatures: float64, (classes,), above 0; a logit is divided by its own.
        offsets: float64, (classes,), added then.
    """

    temperatures: NDArray[np.float64]
    offsets: NDArray[np.float64]

    def probabilities(self, logits: Floats) -> NDArray[np.float64]:
        """The softmax of scaled logits, (n, classes)."""
        return np.asarray(softmax(logits / self.temperatures + self.offsets, axis=1), np.float64)


def fit_class_scaling(logits: Floats, truth: NDArray[Any], pull: float = PULL) -> ClassScaling:
    """The scaling with the least cross entropy.

    Args:
        logits: (n, classes), of the model as it is.
        truth: int64, (n,), what the faces are; or float, (n, classes), shares of annotators, where
            a probability is meant to be one.
        pull: how strongly temperatures are pulled to 1 and offsets to 0.
    """
    from scipy.optimize import minimize

    n, classes = logits.shape
    if truth.ndim == 1:
        truth = np.eye(classes)[truth]

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        factors, offsets = np.exp(values[:classes]), values[classes:]
        predicted = softmax(logits * factors + offsets, axis=1)
        entropy = -(truth * np.log(np.maximum(predicted, 1e-12))).sum(1).mean()
        slope = (predicted - truth) / n
        gradient = np.concatenate([(slope * logits * factors).sum(0), slope.sum(0)])
        return entropy + pull * float(values @ values), gradient + 2 * pull * values

    found = minimize(loss, np.zeros(2 * classes), jac=True, method="L-BFGS-B").x
    return ClassScaling(np.exp(-found[:classes]), found[classes:])


def cross_fitted(
    logits: Floats, labels: NDArray[np.int64], truth: NDArray[Any] | None = None
) -> NDArray[np.float64]:
    """Probabilities where each face is scaled by what the other folds say.

    Args:
        logits: (n, classes), of the model as it is.
        labels: (n,); every fold gets its share of each class.
        truth: as for `fit_class_scaling`; default: the labels.

    Returns:
        (n, classes).
    """
    from sklearn.model_selection import StratifiedKFold

    truth = labels if truth is None else truth
    scaled = np.empty(logits.shape, np.float64)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for fitted, judged in splitter.split(logits, labels):
        scaling = fit_class_scaling(logits[fitted], truth[fitted])
        scaled[judged] = scaling.probabilities(logits[judged])
    return scaled


def read_logits(model: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the model's last dense layer, `logits`, gives for faces (n, 48, 48, 1): (n, classes)."""
    import keras

    cut = keras.Model(model.inputs, model.get_layer("logits").output)
    return np.asarray(cut.predict(images.astype(np.float32), batch_size=256, verbose=0))


def apply_class_scaling(model: keras.Model, scaling: ClassScaling) -> None:
    """Put a scaling into a model's own weights.

    Args:
        model: its last dense layer is called `logits`; changed in place.
        scaling: as fitted on its logits.
    """
    layer = model.get_layer("logits")
    kernel, bias = layer.get_weights()
    layer.set_weights(
        [kernel / scaling.temperatures, bias / scaling.temperatures + scaling.offsets]
    )
