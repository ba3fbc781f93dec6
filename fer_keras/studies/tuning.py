"""Section 3.2's search for hyperparameters, by Optuna instead of by hand."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fer_keras.architectures.registry import find_architecture
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.figures import save_figure
from fer_keras.files import check_input_file
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.search import FINISHED, finished_trials, recipe_of, search
from fer_keras.studies.search_space import PAPER_SPACE, Dimension, choose_space
from fer_keras.studies.storage import open_study, optuna, storage_errors
from fer_keras.training.device import prepare_device
from fer_keras.training.recipe import Recipe
from fer_keras.training.recipes import choose_recipe

if TYPE_CHECKING:
    from matplotlib.figure import Figure


BINS = 4
"""Bins of a continuous hyperparameter, of equal width on a logarithmic scale."""


def by_hyperparameter(trials: Sequence[optuna.trial.FrozenTrial]) -> pd.DataFrame:
    """Validation accuracy for every value of every hyperparameter.

    Args:
        trials: those with at least one epoch; a pruned one counts with its best epoch.

    Returns:
        Columns hyperparameter, value (text), trials, mean, best (fractions).
    """
    rows = []
    for name in dict.fromkeys(name for trial in trials for name in trial.params):
        tried = [
            (trial.params[name], accuracy)
            for trial in trials
            if name in trial.params and (accuracy := best_accuracy(trial)) is not None
        ]
        for value, accuracies in _group(tried).items():
            rows.append(
                {
                    "hyperparameter": name,
                    "value": value,
                    "trials": len(accuracies),
                    "mean": float(np.mean(accuracies)),
                    "best": max(accuracies),
                }
            )
    return pd.DataFrame(rows, columns=["hyperparameter", "value", "trials", "mean", "best"])


def best_accuracy(trial: optuna.trial.FrozenTrial) -> float | None:
    """The best validation accuracy of a trial's epochs; None if it ended none."""
    values = [*trial.intermediate_values.values()]
    return max(values) if values else None


def _group(tried: list[tuple[Any, float]]) -> dict[str, list[float]]:
    values = [value for value, _ in tried]
    groups: dict[str, list[float]] = {}
    if len(set(map(str, values))) > 7 and all(isinstance(value, float) for value in values):
        logs = np.log10(np.array(values, dtype=float))
        edges = np.linspace(logs.min(), logs.max(), BINS + 1)
        place = np.clip(np.digitize(logs, edges) - 1, 0, BINS - 1)
        for index in range(BINS):
            inside = [tried[at][1] for at in np.flatnonzero(place == index)]
            if inside:
                groups[f"{10 ** edges[index]:.2g} to {10 ** edges[index + 1]:.2g}"] = inside
        return groups
    for value, accuracy in sorted(tried, key=lambda pair: pair[0]):
        name = f"{value:.2g}" if isinstance(value, float) else str(value)
        groups.setdefault(name, []).append(accuracy)
    return groups


def to_markdown(table: pd.DataFrame) -> str:
    """The table for a README."""
    lines = ["| hyperparameter | value | trials | mean | best |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row['hyperparameter']} | {row['value']} | {row['trials']} | {row['mean']:.2%} | "
        f"{row['best']:.2%} |"
        for row in table.to_dict("records")
    ]
    return "\n".join(lines) + "\n"


def importances(study: optuna.Study) -> dict[str, float]:
    """Share of the accuracy's variance that each hyperparameter explains (fANOVA).

    Empty where there are too few complete trials, or all came out the same.
    """
    complete = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    if len(complete) < 4 or len({trial.value for trial in complete}) < 2:
        return {}
    return dict(optuna.importance.get_param_importances(study))


def draw_importances(shares: dict[str, float]) -> Figure:
    """Bars, the most important at the top; a line that says so where nothing is known yet."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 0.45 * max(len(shares), 2) + 1.2), layout="constrained")
    axes = figure.add_subplot()
    if not shares:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "too few complete trials to tell", ha="center", va="center")
        return figure
    names = sorted(shares, key=shares.__getitem__)
    bars = axes.barh(names, [shares[name] for name in names], color="#1f6feb")
    axes.bar_label(bars, fmt="%.2f", padding=3, fontsize=8)
    axes.set_xlim(0, 1.1 * max(shares.values()))
    axes.set_xlabel("share of the variance of validation accuracy")
    return figure


def draw_history(trials: Sequence[optuna.trial.FrozenTrial]) -> Figure:
    """Each trial's accuracy, pruned ones hollow, and the best so far."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.add_subplot()
    complete = optuna.trial.TrialState.COMPLETE
    shown = [(t.number, 100 * a, t.state == complete) for t in trials if (a := best_accuracy(t))]
    for done, label in ((True, "complete"), (False, "pruned")):
        points = [(number, accuracy) for number, accuracy, state in shown if state is done]
        if points:
            numbers, accuracies = zip(*points, strict=True)
            axes.scatter(
                numbers,
                accuracies,
                s=28,
                edgecolors="#1f6feb",
                facecolors="#1f6feb" if done else "none",
                label=label,
            )
    best = [(number, accuracy) for number, accuracy, done in shown if done]
    if best:
        numbers, accuracies = zip(*best, strict=True)
        axes.step(
            numbers, np.maximum.accumulate(accuracies), where="post", color="#d1242f", label="best"
        )
    axes.set_xlabel("trial")
    axes.set_ylabel("validation accuracy, %")
    axes.grid(alpha=0.3)
    if shown:
        axes.legend(fontsize=8)
    return figure


OWNER = "study.txt"
"""Which study a folder holds."""

BEST = "best-recipe.json"


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Attributes:
        recipe: the best one.
        accuracy: its validation accuracy, a fraction.
        values: what it has of the space.
        table: accuracy by value, see `by_hyperparameter`.
    """

    recipe: Recipe
    accuracy: float
    values: dict[str, object]
    table: pd.DataFrame


def tune(
    data: FaceData,
    recipe: Recipe | str = "final",
    space: Sequence[str] = PAPER_SPACE,
    *,
    trials: int = 50,
    epochs: int = 10,
    seed: int = 0,
    out: str | Path = "runs/tune",
    storage: str | None = None,
    study: str | None = None,
    precision: str = "float32",
    device: str | None = None,
    report: Callable[[str], None] = print,
) -> Tuned:
    """Search hyperparameters by validation accuracy; poor trials are stopped early.

    The study is kept: a search that was stopped goes on, and several processes or machines can
    work on one. A trial whose process died is taken up again.

    Args:
        data: from `open_data`.
        recipe: what every trial starts from, or an architecture's name for its own recipe.
        space: names of `SPACE`.
        trials: finished trials wanted in all, whoever ran them.
        epochs: of a trial.
        seed: of the trainings.
        out: folder for best-recipe.json, the tables and the pictures.
        storage: database URL or file of the study; None: `study.db` in `out`.
        study: its name; None: the architecture's.
        precision, device: as in `train`.
        report: called with each line that tells how it goes.

    Raises:
        InputError: if something does not fit, or no trial ran to its end.
    """
    folder = Path(out)
    base = choose_recipe(recipe, epochs=epochs)
    accepted = list(inspect.signature(find_architecture(base.arch).build).parameters)
    dimensions = choose_space(space, accepted, base)
    storage = storage or str(folder / "study.db")
    identity = _identity(data, base, dimensions, seed, precision)
    _check_folder(folder, study or base.arch, identity)
    with storage_errors(storage):
        found = open_study(storage, study or base.arch)
        _check_study(found, identity)
        owner = f"{found.study_name}\n{json.dumps(identity)}\n"
        RunFolder(folder).write_text(OWNER, owner)
        report(f"{finished_trials(found)} of {trials} trials are finished")
        where = prepare_device(precision, device)
        on_trial = _teller(found, trials, report)
        search(found, base, dimensions, data, where, trials, seed, on_trial, report)
        tuned = _write(found, base, dimensions, folder)
    report(f"best {tuned.accuracy:.2%}: {tuned.values}; recipe: {folder}/{BEST}")
    return tuned


def _identity(
    data: FaceData, base: Recipe, dimensions: list[Dimension], seed: int, precision: str
) -> dict[str, Any]:
    """What trials of one study have in common, as JSON; another's are no part of it."""
    identity = {
        "fingerprint": data.fingerprint,
        "epochs": base.epochs,
        "arch": base.arch,
        "space": sorted(dimension.name for dimension in dimensions),
        "recipe": base.to_json(),
        "seed": seed,
        "precision": precision,
    }
    return dict(json.loads(json.dumps(identity)))


def _check_study(study: optuna.Study, identity: dict[str, Any]) -> None:
    for key, value in identity.items():
        if study.user_attrs.get(key, value) != value:
            raise InputError(
                f"study {study.study_name}: has another {key}; name a new `study`", "study"
            )
        study.set_user_attr(key, value)


def _teller(
    study: optuna.Study, trials: int, report: Callable[[str], None]
) -> Callable[[optuna.trial.FrozenTrial], None]:
    """A line for each trial."""

    def tell(trial: optuna.trial.FrozenTrial) -> None:
        best = max(trial.intermediate_values.values(), default=0.0)
        values = ", ".join(f"{name} {value}" for name, value in trial.params.items())
        report(
            f"trial {trial.number}: {trial.state.name.lower()}, {best:.2%} ({values}); "
            f"{finished_trials(study)} of {trials}"
        )

    return tell


def _check_folder(out: Path, study: str, identity: dict[str, Any]) -> None:
    """A folder belongs to one study: another's best recipe and pictures are not written over."""
    owner = out / OWNER
    if owner.exists():
        check_input_file(owner)
        name, _, rest = owner.read_text(encoding="utf-8", errors="replace").partition("\n")
        if name == study and rest == f"{json.dumps(identity)}\n":
            return
        # Of the same name: in another database.
        holds = f"another study called {study}" if name == study else f"study {name}"
    elif (out / BEST).exists():
        holds = "somebody else"
    else:
        return
    raise InputError(f"out {out}: holds what {holds} found; choose another folder", "out")


def _write(study: optuna.Study, base: Recipe, space: list[Dimension], out: Path) -> Tuned:
    """The best recipe, the table and the pictures."""
    try:
        best = study.best_trial
    except ValueError as error:
        raise InputError(
            f"study {study.study_name}: no trial ran to its end; ask for more `trials`"
        ) from error
    folder = RunFolder(out)
    recipe = recipe_of(optuna.trial.FixedTrial(best.params), base, space)
    folder.write_text(BEST, json.dumps(recipe.to_json(), indent=2) + "\n")
    trials = study.get_trials(states=FINISHED)
    table = by_hyperparameter(trials)
    folder.write_text("by-hyperparameter.csv", table.to_csv(index=False))
    folder.write_text("by-hyperparameter.md", to_markdown(table))
    save_figure(draw_importances(importances(study)), out / "importance.png")
    save_figure(draw_history(trials), out / "history.png")
    return Tuned(recipe, float(best.value or 0.0), dict(best.params), table)
