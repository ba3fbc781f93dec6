"""Batch normalisation's training step by one kernel of TensorFlow.

Keras computes mean, variance and result by operations of its own, each of them a pass over all
values, forwards and again backwards. TensorFlow's kernel does it in a few passes: a step of
`mobile-s` then takes some 0.85 times the processor time (results/time-to-accuracy). It is given
float32: for bfloat16 it is slower than Keras' own way. Its running variance is divided by one less
than the number of values, which are thousands here.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

import keras


def fuse_batch_norm(model: keras.Model) -> None:
    """Let each batch norm of a model train by TensorFlow's kernel; nothing under other backends.

    The layers stay Keras' own: a file of the model is loaded as any other. Outside of training, and
    where a layer is frozen, they compute as they did.

    Args:
        model: changed in place; layers whose channels are not last, or that lack gamma or beta,
            are left.
    """
    if keras.backend.backend() != "tensorflow":
        return
    for layer in model.layers:
        if _fits_the_kernel(layer):
            layer.call = MethodType(_call, layer)


def _fits_the_kernel(layer: keras.Layer) -> bool:
    return (
        isinstance(layer, keras.layers.BatchNormalization)
        and layer.scale
        and layer.center
        and len(layer.input.shape) == 4
        and layer.axis in (-1, 3)
    )


def _call(
    layer: keras.layers.BatchNormalization,
    inputs: Any,
    training: bool | None = None,
    mask: Any = None,
) -> Any:
    if not (training and layer.trainable):
        return type(layer).call(layer, inputs, training=training, mask=mask)
    import tensorflow as tf

    outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
        tf.cast(inputs, tf.float32),
        layer.gamma,
        layer.beta,
        epsilon=layer.epsilon,
        is_training=True,
    )
    for moving, seen in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        moving.assign(moving * layer.momentum + seen * (1.0 - layer.momentum))
    return tf.cast(outputs, layer.compute_dtype)
