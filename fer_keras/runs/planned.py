"""A training that is to be in a folder: one of the several that answer a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models import find_model
from fer_keras.runs.provenance import file_hash, is_same_data
from fer_keras.runs.resume import resume
from fer_keras.runs.run_folder import RunFolder
from fer_keras.runs.state import read_progress
from fer_keras.runs.train import train
from fer_keras.training.recipe import Recipe, recipe_from_json


@dataclass(frozen=True)
class PlannedRun:
    """A training that is to be in a folder.

    Attributes:
        name: of what is trained: a stage of the paper, a row of a table.
        seed: of the training.
        folder: where it goes.
        recipe: what to train, and how.
        teacher: run or model file of a teacher, or None.
        precision, device: as for `prepare_device`.
    """

    name: str
    seed: int
    folder: Path
    recipe: Recipe
    teacher: Path | None = None
    precision: str = "float32"
    device: str | None = None

    def is_finished(self) -> bool:
        """Whether the folder holds all epochs."""
        run = RunFolder(self.folder)
        if not run.last_state.exists() or not run.config_file.exists():
            return False
        return read_progress(run.last_state).epochs >= run.read_config()["recipe"]["epochs"]

    def check(self, data: FaceData) -> None:
        """Make sure that a run that is there is the one that would be trained.

        Raises:
            InputError: if it is another.
        """
        run = RunFolder(self.folder)
        if not run.config_file.exists():
            return
        config = run.read_config()
        kept = recipe_from_json(config["recipe"], str(run.config_file))
        teacher = (
            None if self.teacher is None else file_hash(find_model(self.teacher, trainable=True))
        )
        same = {
            "recipe": kept == self.recipe,
            "seed": config["seed"] == self.seed,
            "data": is_same_data(config, data),
            "precision": config["precision"] == self.precision,
            "teacher": config.get("teacher_sha256") == teacher,
        }
        for what, is_same in same.items():
            if not is_same:
                raise InputError(
                    f"out {self.folder}: was trained with another {what}; choose another folder",
                    argument="out",
                )

    def train(
        self,
        data: FaceData,
        report: Callable[[str], None],
        callbacks: Sequence[keras.callbacks.Callback] = (),
    ) -> None:
        """Begin it, or go on with it; nothing where it is finished.

        Raises:
            InputError: if it can't be trained.
        """
        if self.is_finished():
            return
        keras.backend.clear_session()
        if (self.folder / "config.json").exists():
            resume(self.folder, data=data, callbacks=callbacks, report=report)
            return
        train(
            data,
            self.recipe,
            out=self.folder,
            seed=self.seed,
            teacher=self.teacher,
            precision=self.precision,
            device=self.device,
            callbacks=callbacks,
            report=report,
        )
