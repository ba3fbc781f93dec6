"""Muon for convolutions: momentum whose update is made orthogonal before it is applied.

A kernel of height x width x in x out is seen as a matrix of (height * width * in) rows and `out`
columns. Nesterov momentum 0.95, five Newton-Schulz steps, the update scaled by
0.2 sqrt(max(rows, columns)) so that a rate means what it means for Adam (Jordan et al. 2024,
"Muon"; Liu et al. 2025, arXiv 2502.16982). The first convolution (one grey channel in), the dense
layers, offsets and normalisation are Adam's, at a fifth of the rate.

`keras.optimizers.Muon` leaves every kernel of four dimensions to Adam since Keras 3.13.
"""

from __future__ import annotations

from typing import Any

import keras

ADAM_SHARE = 0.2
"""Adam's rate as a share of Muon's, whose steps are orthogonal and so are larger."""


class ConvMuon(keras.optimizers.Muon):
    """`keras.optimizers.Muon` that takes convolutions, as matrices.

    Args:
        learning_rate: Muon's rate or a schedule of it; 0.01 to 0.02 are usual here.
        weight_decay: decoupled decay, times the rate; a fifth to a tenth of what AdamW takes, since
            the rate is five to ten times as large.
    """

    def __init__(self, learning_rate: Any = 0.02, weight_decay: float = 0.02, **kwargs: Any):
        kwargs = {
            "adam_beta_2": 0.99,
            "adam_lr_ratio": ADAM_SHARE,
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
