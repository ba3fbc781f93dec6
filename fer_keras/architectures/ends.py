"""The two ends that all architectures share: grey pixels in, probabilities out."""

from __future__ import annotations

import keras

from fer_keras.data.face_data import FACE_SIZE


def pixels() -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The input (float32, (n, 48, 48, 1), grey values 0 to 255) and its values scaled to 0..1.

    The paper subtracts no mean (section 3); dividing by 255 only sets the unit, and folds into the
    first convolution on export.
    """
    faces = keras.layers.Input((FACE_SIZE, FACE_SIZE, 1), name="faces")
    return faces, keras.layers.Rescaling(1 / 255, name="unit_range")(faces)


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
