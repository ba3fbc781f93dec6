"""Finding faces: BlazeFace on LiteRT, with our own anchors, decoding and suppression."""

from fer_keras.detection.detector import Detector
from fer_keras.detection.face import Face

__all__ = ["Detector", "Face"]
