"""Facial emotion recognition, from FER2013 to a quantised model on a phone."""

from fer_keras.models.shipped import Shipped, load

__version__ = "0.1.0"
__all__ = ["Shipped", "__version__", "load"]
