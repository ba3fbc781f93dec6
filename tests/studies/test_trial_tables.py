"""Trials that were stopped are compared with the others after the same epoch."""

from __future__ import annotations

import optuna
import pytest

from fer_keras.studies.trial_tables import (
    best_accuracy,
    by_hyperparameter,
    importances,
    shared_epoch,
    to_markdown,
    trial_table,
)

KERNELS = optuna.distributions.CategoricalDistribution((3, 5))
WIDTHS = optuna.distributions.CategoricalDistribution((8, 16))


def trial(kernel: int, *accuracies: float, width: int = 8) -> optuna.trial.FrozenTrial:
    return optuna.trial.create_trial(
        params={"kernel": kernel, "width": width},
        distributions={"kernel": KERNELS, "width": WIDTHS},
        value=max(accuracies, default=0.0),
        intermediate_values=dict(enumerate(accuracies, 1)),
    )


def test_means_are_of_the_epoch_that_all_came_to_and_the_best_of_any() -> None:
    trials = [trial(3, 0.2, 0.4), trial(3, 0.6, 0.5, 0.9), trial(5, 0.1, 0.3), trial(5)]
    assert best_accuracy(trials[1]) == 0.9
    assert best_accuracy(trials[3]) is None
    assert shared_epoch(trials) == 2
    table = by_hyperparameter(trials).set_index("value")
    assert table.loc["3", "mean"] == pytest.approx(0.45)
    assert table.loc["3", "best"] == 0.9
    assert table.loc["5", "trials"] == 1
    text = to_markdown(table.reset_index(), 2)
    assert "| kernel | 3 | 2 | 45.00% | 90.00% |" in text
    assert "mean after epoch 2" in text
    assert trial_table(trials)["epochs"].tolist() == [2, 3, 2, 0]
    assert shared_epoch([]) == 0
    assert by_hyperparameter([]).empty


def test_what_stopped_trials_had_counts_for_what_matters() -> None:
    # All that came to the end have the same kernel: they alone would say that it does not matter.
    few = range(4)
    best = [trial(3, 0.5 + k / 1000, 0.6, width=8 + 8 * (k % 2)) for k in few]
    stopped = [trial(5, 0.1 + k / 1000, width=8 + 8 * (k % 2)) for k in few]
    shares = importances([*best, *stopped])
    assert shares["kernel"] > 0.9
    assert sum(shares.values()) == pytest.approx(1)
    assert importances(best[:3]) == {}
    assert importances([trial(3, 0.5)] * 4) == {}
