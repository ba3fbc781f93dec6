"""Several trainings, one after the other: `reproduce` and `ablate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.cli.data_options import DataChoice
    from fer_keras.data.face_data import FaceData
    from fer_keras.training.recipe import Recipe


@dataclass(frozen=True)
class PlannedRun:
    """A training that is to be in a folder.

    Attributes:
        name: of what is trained: a stage of the paper, a row of a table.
        seed: of the training.
        folder: where it goes.
        recipe: what to train, and how.
        teacher: run folder of a teacher, or None.
        precision: as for `prepare_device`.
    """

    name: str
    seed: int
    folder: Path
    recipe: Recipe
    teacher: Path | None = None
    precision: str = "float32"

    def is_finished(self) -> bool:
        """Whether the folder holds all epochs."""
        from fer_keras.runs.run_folder import RunFolder
        from fer_keras.runs.state import read_progress

        run = RunFolder(self.folder)
        if not run.last_state.exists() or not run.config_file.exists():
            return False
        return bool(read_progress(run.last_state).epochs >= run.read_config()["recipe"]["epochs"])

    def check(self, faces: FaceData) -> None:
        """Make sure that a run that is there is the one that would be trained.

        Raises:
            InputError: if it is another.
        """
        from fer_keras.runs.run_folder import RunFolder
        from fer_keras.training.recipe import recipe_from_json

        run = RunFolder(self.folder)
        if not run.config_file.exists():
            return
        config = run.read_config()
        kept = recipe_from_json(config["recipe"], str(run.config_file))
        same = {
            "recipe": kept == self.recipe,
            "seed": config["seed"] == self.seed,
            "data": config["fingerprint"] == faces.fingerprint,
            "precision": config["precision"] == self.precision,
        }
        for what, is_same in same.items():
            if not is_same:
                raise InputError(
                    f"{self.folder}: was trained with another {what}; choose another --out"
                )


def train_all(plan: Sequence[PlannedRun], choice: DataChoice, console: Any) -> dict[str, str]:
    """Train what is not finished; a run that fails does not lose the others.

    Returns:
        The reasons of the runs that failed, by folder name.
    """
    import time

    import keras

    from fer_keras.cli.train import resume_run, start_run

    left = [run for run in plan if not run.is_finished()]
    console.print(f"{len(plan) - len(left)} of {len(plan)} runs are finished", highlight=False)
    failures: dict[str, str] = {}
    started = time.monotonic()
    for done, run in enumerate(left):
        ahead = ""
        if done:
            minutes = (time.monotonic() - started) / done * (len(left) - done) / 60
            ahead = f", about {minutes:.0f} minutes to go"
        console.rule(f"{run.folder.name}: run {done + 1} of {len(left)}{ahead}")
        keras.backend.clear_session()
        try:
            if (run.folder / "config.json").exists():
                resume_run(run.folder, console)
            else:
                start_run(
                    run.recipe,
                    choice,
                    run.seed,
                    run.folder,
                    run.precision,
                    run.teacher,
                    None,
                    console,
                )
        except Exception as error:  # one run must not lose the others
            failures[run.folder.name] = " ".join(str(error).split()) or type(error).__name__
            console.print(f"failed: {failures[run.folder.name]}", markup=False, soft_wrap=True)
    return failures
