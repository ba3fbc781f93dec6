"""Running exported models with LiteRT alone: no TensorFlow, no Keras."""

from fer_keras.models.classification import Classification
from fer_keras.models.classifier import Classifier

__all__ = ["Classification", "Classifier"]
