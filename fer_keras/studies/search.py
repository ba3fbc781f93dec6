"""The search of section 3.2 as an Optuna study that several processes can share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.files import is_systems
from fer_keras.runs.loop import fit_run
from fer_keras.runs.run_folder import RunFolder
from fer_keras.scratch_folder import scratch_folder
from fer_keras.studies.search_space import Dimension
from fer_keras.studies.storage import optuna, run_trial
from fer_keras.training.device import Device, own_session
from fer_keras.training.recipe import Recipe

FINISHED = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)


def finished_trials(study: optuna.Study) -> int:
    """How many trials have ended with a result, pruned ones too."""
    return len(study.get_trials(deepcopy=False, states=FINISHED))


def recipe_of(trial: optuna.trial.BaseTrial, base: Recipe, space: Sequence[Dimension]) -> Recipe:
    """The recipe that a trial's values make of `base`."""
    for dimension in space:
        base = dimension.change(base, dimension.suggest(trial))
    return base


def search(
    study: optuna.Study,
    base: Recipe,
    space: Sequence[Dimension],
    data: FaceData,
    device: Device,
    trials: int,
    seed: int,
    on_trial: Callable[[optuna.trial.FrozenTrial], None],
    report: Callable[[str], None],
) -> None:
    """Run trials until the study has `trials` finished ones, whoever ran them.

    Args:
        study: from `open_study`.
        base: what every trial starts from.
        space: what varies.
        data: faces with a train and a validation split; the objective is validation accuracy.
        device: from `prepare_device`.
        trials: finished trials wanted in all.
        seed: of the trainings.
        on_trial: called with each trial that ended here.
        report: called with a line where another process took up what was begun here.
    """

    def objective(trial: optuna.Trial) -> float:
        recipe = recipe_of(trial, base, space)
        with own_session(), scratch_folder() as folder:
            try:
                progress = fit_run(
                    recipe,
                    data,
                    RunFolder(folder),
                    seed=seed,
                    device=device,
                    callbacks=[_Pruner(trial)],
                )
            except InputError as error:  # these sizes leave nothing of the picture, or it diverged
                if is_systems(error):  # a full disk is no fault of the recipe
                    raise
                trial.set_user_attr("impossible", str(error))
                raise optuna.TrialPruned from error
        return progress.best_accuracy

    while finished_trials(study) < trials:
        run_trial(study, objective, report, callbacks=[lambda _, trial: on_trial(trial)])


class _Pruner(keras.callbacks.Callback):
    """Tells a trial how each epoch went, and ends it where others did better by then.

    None ends before half of its epochs: curves cross. What learns by large steps, in large batches
    or from changed faces begins slowly.
    """

    def __init__(self, trial: optuna.Trial) -> None:
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Report, and end a poor trial."""
        self.trial.report(logs["val_accuracy"], epoch + 1)
        if 2 * (epoch + 1) >= self.params["epochs"] and self.trial.should_prune():
            raise optuna.TrialPruned
