"""A running mean of the weights: what a recipe's `ema_decay` evaluates and keeps.

Keras' optimizers have such a mean too (`use_ema`), but give it to the model only by overwriting the
trained weights; every epoch is judged by it here while the training goes on with its own.
"""

from __future__ import annotations

import keras

STRIDE = 8
"""Steps between two moves of the mean, after the first few: moves took a tenth of the time."""


class WeightAverage(keras.callbacks.Callback):
    """Follows the trainable weights of a model, which `fit` is called on or which `fitted` holds.

    The momentum of a step grows from 0.1 to its full value over the first steps, so that the random
    weights of the start are soon forgotten.
    """

    def __init__(
        self, model: keras.Model, momentum: float, fitted: keras.Model | None = None
    ) -> None:
        super().__init__()
        self._followed, self._fitted = model, fitted or model
        self.momentum = momentum
        self.steps = 0
        self.average = [
            keras.Variable(keras.ops.convert_to_numpy(variable), trainable=False)
            for variable in model.trainable_variables
        ]

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        """Move the mean towards the weights, by all the steps since its last move."""
        self.steps += 1
        passed = 1 if self.steps <= STRIDE else STRIDE
        if self.steps % passed:
            return
        if keras.backend.backend() == "jax":
            # Keras holds the weights outside the variables while it fits under JAX.
            self._fitted.jax_state_sync()
        momentum = min(self.momentum, self.steps / (self.steps + 10)) ** passed
        for average, variable in zip(self.average, self._followed.trainable_variables, strict=True):
            average.assign(average + (1 - momentum) * (variable - average))

    def copy_to(self, model: keras.Model) -> None:
        """Give a model that is built alike the mean for its trainable weights."""
        for variable, average in zip(model.trainable_variables, self.average, strict=True):
            # By way of numpy: JAX gives a variable's own array away when it evaluates.
            variable.assign(keras.ops.convert_to_numpy(average))
