"""What a search found: accuracy by value, importance, history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fer_keras.studies.optuna_library import optuna

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
