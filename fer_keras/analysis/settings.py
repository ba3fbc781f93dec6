"""How films are analysed."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from fer_keras.detection import DEFAULT_DETECTOR
from fer_keras.errors import InputError
from fer_keras.faces.recognizer import Recognizer
from fer_keras.films.frame import Sampling
from fer_keras.films.frame_folder import FOLDER_FPS, check_fps
from fer_keras.live.decision import DecisionRule
from fer_keras.live.watcher import Watcher
from fer_keras.models.model_file import DEFAULT_MODEL, find_model

TABLES = ("csv", "parquet")


@dataclass(frozen=True)
class Settings:
    """How films are analysed.

    Attributes:
        model: a shipped name, a run, or a `.tflite` or `.keras` file.
        detector: how faces are found, as for `Recognizer`.
        upright: turn tilted faces upright by their eyes before they are classified.
        abstain_below: probability below which a face's label is "unsure", as in `predict`.
        every: look at the first frame of every so many seconds; None: at all frames.
        fps: frames a second of folders of pictures; films have their own times.
        table: "csv" or "parquet".
        page: whether the page with the film in it is made.

    Raises:
        InputError: if one of them is out of range.
    """

    model: str = DEFAULT_MODEL
    detector: str = DEFAULT_DETECTOR
    upright: bool = False
    abstain_below: float = 0.45
    every: float | None = None
    fps: float = FOLDER_FPS
    table: str = "csv"
    page: bool = True

    def __post_init__(self) -> None:
        Sampling(self.every)
        check_fps(self.fps)
        self.rule()
        if self.table not in TABLES:
            raise InputError(f"table: {self.table}; take one of {', '.join(TABLES)}", "table")

    def rule(self) -> DecisionRule:
        """Each frame speaks for itself: what lasts can be seen in the table."""
        return DecisionRule("mean", 1, self.abstain_below)

    def recognizer(self) -> Recognizer:
        """What finds and classifies faces; for all films."""
        return Recognizer(self.model, self.detector, upright=self.upright)

    def model_hash(self) -> str:
        """Sha256 of the model's file: another may have its name by tomorrow."""
        return hashlib.sha256(find_model(self.model).read_bytes()).hexdigest()

    def watcher(self, recognizer: Recognizer) -> Watcher:
        """What looks at the frames of one film."""
        return Watcher(recognizer, self.rule())

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)
