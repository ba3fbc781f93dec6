"""Films as tables: who shows which emotion when, frame by frame and in sum."""

from fer_keras.analysis.analyze_films import analyze_films, analyze_video
from fer_keras.analysis.film_run import FilmResult
from fer_keras.analysis.settings import Settings

__all__ = ["FilmResult", "Settings", "analyze_films", "analyze_video"]
