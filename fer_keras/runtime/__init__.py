"""Running exported models with LiteRT alone: no TensorFlow, no Keras."""

from fer_keras.runtime.classification import Classification
from fer_keras.runtime.classifier import Classifier

__all__ = ["Classification", "Classifier"]
