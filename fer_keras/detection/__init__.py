"""Finding faces: BlazeFace on LiteRT, with our own anchors, decoding, suppression and tiles."""

from fer_keras.detection.blazeface import Face
from fer_keras.detection.detector import DEFAULT_DETECTOR, DETECTORS, Detector
from fer_keras.detection.film_view import FULL_LOOK_EVERY_S, FilmView

__all__ = ["DEFAULT_DETECTOR", "DETECTORS", "FULL_LOOK_EVERY_S", "Detector", "Face", "FilmView"]
