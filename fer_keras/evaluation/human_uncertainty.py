"""The paper's question: how often is the computer unsure when humans are unsure?

Humans are FER+'s ten annotators of each face (Barsoum et al. 2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from fer_keras.data.face_data import Split
from fer_keras.evaluation.scores import Accuracy

Floats = NDArray[np.floating[Any]]

UNSURE = 0.5
"""Unsure is who gives no class more than this share: no majority of votes, no probability above."""


@dataclass(frozen=True)
class HumanComparison:
    """A model's probabilities against annotators' votes, face by face.

    Attributes:
        shares: float64, (n, classes), each class's share of a face's votes.
        probabilities: float64, (n, classes), the model's, for the same faces.
        correct: bool, (n,), true where the model names the label.
    """

    shares: Floats
    probabilities: Floats
    correct: NDArray[np.bool_]

    @property
    def humans_unsure(self) -> NDArray[np.bool_]:
        """Bool, (n,): no class has more than half of the votes."""
        return self.shares.max(1) <= UNSURE

    @property
    def model_unsure(self) -> NDArray[np.bool_]:
        """Bool, (n,): no class has a probability above one half."""
        return self.probabilities.max(1) <= UNSURE

    def unsure_when(self, humans_unsure: bool) -> Accuracy:
        """On how many of the faces where humans are (un)sure the model is unsure."""
        chosen = self.humans_unsure == humans_unsure
        return Accuracy(int(self.model_unsure[chosen].sum()), int(chosen.sum()))

    def right_when(self, humans_unsure: bool) -> Accuracy:
        """On how many of the faces where humans are (un)sure the model names the label."""
        chosen = self.humans_unsure == humans_unsure
        return Accuracy(int(self.correct[chosen].sum()), int(chosen.sum()))

    def probability_correlation(self) -> float:
        """Pearson's r of probability and share, over all faces and classes."""
        return _pearson(self.probabilities.ravel(), self.shares.ravel())

    def entropy_correlations(self) -> tuple[float, float]:
        """Pearson's r and Spearman's rho of the model's entropy and the annotators'."""
        from scipy.stats import rankdata

        model, humans = entropy(self.probabilities), entropy(self.shares)
        return _pearson(model, humans), _pearson(rankdata(model), rankdata(humans))


def compare_with_humans(probabilities: Floats, split: Split) -> HumanComparison | None:
    """Set a model's probabilities against the votes of a split.

    Args:
        probabilities: (n, classes), of the faces of `split`.
        split: faces with votes.

    Returns:
        The comparison on the faces that have votes for the data's classes; None if none has.
    """
    if split.votes is None:
        return None
    total = split.votes.sum(1)
    voted = total > 0
    if not voted.any():
        return None
    return HumanComparison(
        shares=split.votes[voted].astype(np.float64) / total[voted, None],
        probabilities=probabilities[voted].astype(np.float64),
        correct=probabilities[voted].argmax(1) == split.labels[voted],
    )


def entropy(distributions: Floats) -> Floats:
    """Entropy of each row in bits: 0 for a sure one, log2(classes) for an even one."""
    safe = np.where(distributions > 0, distributions, 1)
    return np.asarray(-(safe * np.log2(safe)).sum(1))


def draw_comparison(comparison: HumanComparison) -> Figure:
    """Draw probability against share of annotators, and entropy against entropy.

    A line goes through the mean of each bin; the band holds the middle half of its values.
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_bins(
        left,
        comparison.shares.ravel(),
        comparison.probabilities.ravel(),
        np.linspace(0, 1, 11),
    )
    left.plot([0, 1], [0, 1], "--", color="#444444", lw=1, label="same as humans")
    left.set_xlabel("share of annotators who chose a class")
    left.set_ylabel("the model's probability of it")
    for axis in (left.xaxis, left.yaxis):
        axis.set_major_formatter(PercentFormatter(xmax=1))
    left.set_title(f"r = {comparison.probability_correlation():.2f}", fontsize=10)

    humans, model = entropy(comparison.shares), entropy(comparison.probabilities)
    most = float(np.log2(comparison.shares.shape[1]))
    _draw_bins(right, humans, model, np.linspace(0, max(float(humans.max()), 0.5), 9))
    right.plot([0, most], [0, most], "--", color="#444444", lw=1, label="same as humans")
    right.set_ylim(0, most)
    right.set_xlim(0, max(float(humans.max()), 0.5))
    right.set_xlabel("entropy of the annotators' votes in bits")
    right.set_ylabel("entropy of the model's probabilities in bits")
    pearson, spearman = comparison.entropy_correlations()
    right.set_title(f"r = {pearson:.2f}, Spearman's ρ = {spearman:.2f}", fontsize=10)
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8, loc="upper left")
    return figure


def _draw_bins(axes: Any, x: Floats, y: Floats, edges: Floats) -> None:
    place = np.clip(np.digitize(x, edges) - 1, 0, len(edges) - 2)
    filled = [number for number in range(len(edges) - 1) if (place == number).any()]
    middles = [x[place == number].mean() for number in filled]
    quarters = np.array([np.quantile(y[place == number], (0.25, 0.75)) for number in filled])
    axes.fill_between(middles, *quarters.T, color="#4a7fb5", alpha=0.25, label="middle half")
    means = [y[place == number].mean() for number in filled]
    axes.plot(middles, means, "o-", color="#2b5c8a", lw=1.8, markersize=4, label="mean")


def _pearson(a: Floats, b: Floats) -> float:
    if a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
