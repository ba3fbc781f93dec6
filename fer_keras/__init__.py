"""Facial emotion recognition, from FER2013 to a quantised model on a phone."""

__version__ = "0.1.0"
