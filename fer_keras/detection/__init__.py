"""Finding faces: BlazeFace on LiteRT, with our own anchors, decoding, suppression and tiles."""

from fer_keras.detection.detector import (
    DEFAULT_DETECTOR,
    DETECTORS,
    FULL_LOOK_EVERY_S,
    Detector,
    FilmView,
)
from fer_keras.detection.face import Face

__all__ = ["DEFAULT_DETECTOR", "DETECTORS", "FULL_LOOK_EVERY_S", "Detector", "Face", "FilmView"]
