"""What the trials of a search say: tables and pictures.

Trials that were stopped early count as well, so hyperparameters are compared by the accuracy after
the last epoch that all trials came to: the survivors alone were chosen by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fer_keras.studies.storage import optuna

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Trials = Sequence[optuna.trial.FrozenTrial]

BINS = 4
"""Bins of a continuous hyperparameter, of equal width on a logarithmic scale."""


def best_accuracy(trial: optuna.trial.FrozenTrial) -> float | None:
    """The best validation accuracy of a trial's epochs; None if it ended none."""
    values = [*trial.intermediate_values.values()]
    return max(values) if values else None


def shared_epoch(trials: Trials) -> int:
    """The last epoch that all trials came to, but for those that ended none; 0 if all did."""
    return min((max(t.intermediate_values) for t in trials if t.intermediate_values), default=0)


def trial_table(trials: Trials) -> pd.DataFrame:
    """What each trial tried, and how far it came.

    Returns:
        Columns trial (its number), ended (`complete` or `pruned`), epochs (those that ended),
        accuracy (the best of them, a fraction; missing where none ended), and a column for each
        hyperparameter.
    """
    rows = [
        {
            "trial": trial.number,
            "ended": trial.state.name.lower(),
            "epochs": len(trial.intermediate_values),
            "accuracy": best_accuracy(trial),
            **trial.params,
        }
        for trial in trials
    ]
    return pd.DataFrame(rows)


def by_hyperparameter(trials: Trials) -> pd.DataFrame:
    """Validation accuracy for every value of every hyperparameter.

    Args:
        trials: those that ended no epoch are left out.

    Returns:
        Columns hyperparameter, value (text), trials, mean (after the epoch that all came to), best
        (of any epoch); fractions.
    """
    epoch = shared_epoch(trials)
    ended = [trial for trial in trials if trial.intermediate_values]
    rows = []
    for name in dict.fromkeys(name for trial in ended for name in trial.params):
        tried = [(trial.params[name], trial) for trial in ended if name in trial.params]
        for value, group in _group(tried).items():
            rows.append(
                {
                    "hyperparameter": name,
                    "value": value,
                    "trials": len(group),
                    "mean": float(np.mean([trial.intermediate_values[epoch] for trial in group])),
                    "best": max(max(trial.intermediate_values.values()) for trial in group),
                }
            )
    return pd.DataFrame(rows, columns=["hyperparameter", "value", "trials", "mean", "best"])


def _group(
    tried: list[tuple[Any, optuna.trial.FrozenTrial]],
) -> dict[str, list[optuna.trial.FrozenTrial]]:
    values = [value for value, _ in tried]
    groups: dict[str, list[optuna.trial.FrozenTrial]] = {}
    if len(set(map(str, values))) > 7 and all(isinstance(value, float) for value in values):
        logs = np.log10(np.array(values, dtype=float))
        edges = np.linspace(logs.min(), logs.max(), BINS + 1)
        place = np.clip(np.digitize(logs, edges) - 1, 0, BINS - 1)
        for index in range(BINS):
            inside = [tried[at][1] for at in np.flatnonzero(place == index)]
            if inside:
                groups[f"{10 ** edges[index]:.2g} to {10 ** edges[index + 1]:.2g}"] = inside
        return groups
    for value, trial in sorted(tried, key=lambda pair: pair[0]):
        name = f"{value:.2g}" if isinstance(value, float) else str(value)
        groups.setdefault(name, []).append(trial)
    return groups


def to_markdown(table: pd.DataFrame, epoch: int) -> str:
    """The table of `by_hyperparameter` for a README; `epoch` is `shared_epoch`'s."""
    lines = [
        f"| hyperparameter | value | trials | mean after epoch {epoch} | best |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['hyperparameter']} | {row['value']} | {row['trials']} | {row['mean']:.2%} | "
        f"{row['best']:.2%} |"
        for row in table.to_dict("records")
    ]
    return "\n".join(lines) + "\n"


def importances(trials: Trials) -> dict[str, float]:
    """Share of the accuracy's variance that each hyperparameter explains (fANOVA; Hutter 2014).

    The accuracy is that after the epoch that all trials came to. Empty where there are fewer than
    four trials, or all came out the same.
    """
    epoch = shared_epoch(trials)
    ended = [
        optuna.trial.create_trial(
            params=trial.params,
            distributions=trial.distributions,
            value=trial.intermediate_values[epoch],
        )
        for trial in trials
        if trial.intermediate_values
    ]
    if len(ended) < 4 or len({trial.value for trial in ended}) < 2:
        return {}
    study = optuna.create_study(direction="maximize")
    study.add_trials(ended)
    # Optuna's own choice asks what the best tenth has in common: three trials of thirty.
    fanova = optuna.importance.FanovaImportanceEvaluator(seed=0)
    shares = optuna.importance.get_param_importances(study, evaluator=fanova)
    return {name: float(share) for name, share in shares.items()}


def draw_importances(shares: dict[str, float], epoch: int) -> Figure:
    """Bars, the most important at the top; a line that says so where nothing is known yet."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 0.45 * max(len(shares), 2) + 1.2), layout="constrained")
    axes = figure.add_subplot()
    if not shares:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "too few trials to tell", ha="center", va="center")
        return figure
    names = sorted(shares, key=shares.__getitem__)
    bars = axes.barh(names, [shares[name] for name in names], color="#1f6feb")
    axes.bar_label(bars, fmt="%.2f", padding=3, fontsize=8)
    axes.set_xlim(0, 1.1 * max(shares.values()))
    axes.set_xlabel(f"share of the variance of validation accuracy after epoch {epoch}")
    return figure


def draw_history(trials: Trials) -> Figure:
    """Each trial's accuracy, pruned ones hollow, and the best so far."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

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
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("trial")
    axes.set_ylabel("validation accuracy, %")
    axes.grid(alpha=0.3)
    if shown:
        axes.legend(fontsize=8)
    return figure
