"""One of the several trainings that answer a question, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models import find_model
from fer_keras.runs.config import file_hash, is_same_data
from fer_keras.runs.run import Run
from fer_keras.runs.run_folder import RunFolder, read_progress
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

    @property
    def teacher_hash(self) -> str | None:
        """Sha256 of the teacher's file, as a run's config.json has it."""
        return None if self.teacher is None else file_hash(find_model(self.teacher, trainable=True))

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
        same = {
            "recipe": kept == self.recipe,
            "seed": config["seed"] == self.seed,
            "data": is_same_data(config, data),
            "precision": config["precision"] == self.precision,
            "teacher": config.get("teacher_sha256") == self.teacher_hash,
        }
        for what, is_same in same.items():
            if not is_same:
                raise InputError(
                    f"out {self.folder}: was trained with another {what}; choose another folder",
                    "out",
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
        if (self.folder / "config.json").exists():
            run = Run(self.folder, data=data)
            run.resume(device=self.device, callbacks=callbacks, report=report)
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


Ask = Callable[[PlannedRun], dict[str, Any]]
"""Gives what a finished training says to the question: plain JSON values."""


class FailedRunsError(RuntimeError):
    """Some trainings of a sweep failed; the tables have been made of the others.

    Attributes:
        failures: by folder name, why.
    """

    def __init__(self, failures: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in failures.items()))
        self.failures = dict(failures)


@dataclass
class SweepResult:
    """What came of it.

    Attributes:
        answers: by folder name, of the trainings that are finished.
        failures: by folder name, why others failed.
    """

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def raise_failures(self) -> None:
        """Say that some failed, once the tables of the others are made.

        Raises:
            FailedRunsError: where there are any.
        """
        if self.failures:
            raise FailedRunsError(self.failures)


def reason_of(error: Exception) -> str:
    """Why a training failed, in one line."""
    return " ".join(str(error).split()) or type(error).__name__
