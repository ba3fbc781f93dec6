"""The optimizer that a recipe names, with its schedule."""

from __future__ import annotations

from typing import Any

import keras

from fer_keras.training.recipe import Recipe


class ConvMuon(keras.optimizers.Muon):
    """`keras.optimizers.Muon` that takes convolutions, as matrices.

    Args:
        learning_rate: Muon's rate or a schedule of it; 0.01 to 0.02 are usual here.
        weight_decay: decoupled decay, times the rate; a fifth to a tenth of what AdamW takes, since
            the rate is five to ten times as large.
        **kwargs: Keras' own, as `adam_lr_ratio`: Adam's rate as a share of Muon's.
    """

    def __init__(self, learning_rate: Any = 0.02, weight_decay: float = 0.02, **kwargs: Any):
        kwargs = {
            "adam_beta_2": 0.99,
            "adam_lr_ratio": 0.2,
            "adam_weight_decay": weight_decay,
            "exclude_embeddings": False,
            **kwargs,
        }
        super().__init__(learning_rate=learning_rate, weight_decay=weight_decay, **kwargs)

    def _should_use_adamw(self, variable: Any) -> bool:
        return len(variable.shape) != 4 or variable.shape[2] == 1

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        matrix = (-1, variable.shape[-1])
        self.assign_add(m, gradient + m * (self.momentum - 1))
        step = gradient + self.momentum * m if self.nesterov else m
        # bfloat16 is exact enough for the iteration, and twice as quick where the rest is in it.
        precision = keras.mixed_precision.dtype_policy().compute_dtype
        flat = keras.ops.cast(keras.ops.reshape(step, matrix), precision)
        flat = self.zeropower_via_newtonschulz5(flat, self.ns_steps)
        update = keras.ops.cast(self.lr_adjust(flat), variable.dtype)
        self.assign_sub(variable, lr * keras.ops.reshape(update, variable.shape))

    def lr_adjust(self, x: Any) -> Any:
        """Scale an orthogonal update to the size of Adam's."""
        return x * (self.rms_rate * max(x.shape) ** 0.5)


def make_optimizer(recipe: Recipe, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """The optimizer for a training of `recipe.epochs` epochs of `steps_per_epoch` steps."""
    rate = _learning_rate(recipe, steps_per_epoch)
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(rate)
    if recipe.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(
            rate, momentum=0.9, nesterov=True, weight_decay=recipe.weight_decay or None
        )
    elif recipe.optimizer == "muon":
        optimizer = ConvMuon(
            rate, weight_decay=recipe.weight_decay, adam_lr_ratio=recipe.adam_share
        )
    else:
        optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay)
    if recipe.weight_decay:
        # Offsets and normalisation have no scale to be kept small.
        optimizer.exclude_from_weight_decay(var_names=["bias", "beta", "gamma"])
    return optimizer


def _learning_rate(
    recipe: Recipe, steps_per_epoch: int
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    if recipe.schedule == "constant":
        return recipe.learning_rate
    warmup = round(recipe.warmup_epochs * steps_per_epoch)
    total = recipe.epochs * steps_per_epoch
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0 if warmup else recipe.learning_rate,
        decay_steps=max(1, total - warmup),
        warmup_target=recipe.learning_rate if warmup else None,
        warmup_steps=warmup,
    )
