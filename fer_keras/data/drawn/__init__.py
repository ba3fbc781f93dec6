"""The embedded data set: faces drawn by formula, seven expressions made of FACS action units."""

from fer_keras.data.drawn.dataset import draw_faces, synthetic_data

__all__ = ["draw_faces", "synthetic_data"]
