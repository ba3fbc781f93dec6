"""The paper's question: how often is the computer unsure when humans are unsure?

Humans are FER+'s ten annotators of each face (Barsoum et al. 2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
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
        from scipy.stats import pearsonr

        return float(pearsonr(self.probabilities.ravel(), self.shares.ravel()).statistic)

    def entropy_correlations(self) -> tuple[float, float]:
        """Pearson's r and Spearman's rho of the model's entropy and the annotators'."""
        from scipy.stats import pearsonr, spearmanr

        model, humans = entropy(self.probabilities), entropy(self.shares)
        return (
            float(pearsonr(model, humans).statistic),
            float(spearmanr(model, humans).statistic),
        )


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
