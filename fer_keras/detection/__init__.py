"""Finding faces: BlazeFace on LiteRT, with our own anchors, decoding, suppression and tiles."""

from fer_keras.detection.detector import DEFAULT_DETECTOR, DETECTORS, Detector, FilmView
from fer_keras.detection.face import Face
from fer_keras.detection.film_detector import FULL_LOOK_EVERY_S

__all__ = ["DEFAULT_DETECTOR", "DETECTORS", "FULL_LOOK_EVERY_S", "Detector", "Face", "FilmView"]
