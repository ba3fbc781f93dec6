"""Films: reading frames at their true times, and writing films that browsers play."""

from fer_keras.films.film import Film
from fer_keras.films.film_writer import FilmWriter
from fer_keras.films.frame import Frame
from fer_keras.films.frame_folder import FrameFolder
from fer_keras.films.sources import is_stream, open_film

__all__ = ["Film", "FilmWriter", "Frame", "FrameFolder", "is_stream", "open_film"]
