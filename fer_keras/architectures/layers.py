"""Layers that all architectures share: grey pixels in, normalisation, probabilities out.

Every layer of every network bears a name of its own that says where it stands (`stem_conv`,
`block3_conv1`, `block3_bn1`): names that Keras counts would differ from one build to the next, and
exported tensors are named by them.
"""

from __future__ import annotations

import keras

from fer_keras.data.face_data import FACE_SIZE

MOMENTUM = 0.9
"""Keras' default of 0.99 averages over some hundred steps. FER2013 has 450 in an epoch: weights run
ahead of the averages, and validation accuracy stayed 20 points below training in early epochs."""


def pixels() -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The input (float32, (n, 48, 48, 1), grey values 0 to 255) and its values scaled to 0..1.

    The paper subtracts no mean (section 3); dividing by 255 only sets the unit, and folds into the
    first convolution on export.
    """
    faces = keras.layers.Input((FACE_SIZE, FACE_SIZE, 1), name="faces")
    return faces, keras.layers.Rescaling(1 / 255, name="unit_range")(faces)


def batch_norm(x: keras.KerasTensor, name: str, gamma: str = "ones") -> keras.KerasTensor:
    """Normalise the channels of `x` (Ioffe and Szegedy 2015), as a layer called `name`.

    `gamma` is the initializer of its factors.
    """
    return keras.layers.BatchNormalization(momentum=MOMENTUM, gamma_initializer=gamma, name=name)(x)


def probabilities(
    faces: keras.KerasTensor, features: keras.KerasTensor, classes: int, name: str
) -> keras.Model:
    """Close the graph: a dense layer `logits`, a softmax `probabilities`, and the model around it.

    The softmax is a layer of its own so that saliency can explain logits and calibration can put a
    temperature between the two. It stays float32 under mixed precision.
    """
    logits = keras.layers.Dense(classes, name="logits")(features)
    outputs = keras.layers.Activation("softmax", dtype="float32", name="probabilities")(logits)
    return keras.Model(faces, outputs, name=name.replace("-", "_"))
