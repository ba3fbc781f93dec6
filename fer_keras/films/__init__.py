"""Films: reading frames at their true times, and writing films that browsers play."""

from fer_keras.films.film import Film, is_stream, open_film
from fer_keras.films.film_writer import FilmWriter
from fer_keras.films.frame import Frame
from fer_keras.films.frame_folder import FrameFolder

__all__ = ["Film", "FilmWriter", "Frame", "FrameFolder", "is_stream", "open_film"]
