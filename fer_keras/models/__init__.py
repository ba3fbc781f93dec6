"""Anything that names faces: a shipped model, a run, a `.keras` or a `.tflite` file.

Exported files run with LiteRT alone: no TensorFlow, no Keras.
"""

from fer_keras.models.classifier import UNSURE, Classification, Classifier
from fer_keras.models.model_file import ModelLike, find_model
from fer_keras.models.shipped import list_models, load

__all__ = [
    "UNSURE",
    "Classification",
    "Classifier",
    "ModelLike",
    "find_model",
    "list_models",
    "load",
]
