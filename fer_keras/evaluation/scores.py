"""All figures of one model on one split, and of one model against another on the same faces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import Split
from fer_keras.evaluation import metrics

COVERAGE = 0.8
"""Share of the faces on which `Scores.surest` is measured."""


@dataclass(frozen=True)
class Accuracy:
    """Faces named correctly, of how many.

    Attributes:
        correct: faces named correctly.
        faces: faces asked about.
    """

    correct: int
    faces: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; NaN without faces."""
        return self.correct / self.faces if self.faces else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval, as fractions; all of 0 to 1 without faces."""
        return metrics.accuracy_interval(self.correct, self.faces) if self.faces else (0.0, 1.0)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "value": None if math.isnan(self.value) else self.value,
            "interval": list(self.interval),
            "correct": self.correct,
            "faces": self.faces,
        }


@dataclass(frozen=True)
class Scores:
    """The figures of one model.

    Attributes:
        labels: class names.
        accuracy: on all faces.
        without_copies: on the faces that are no exact copy of a training face; None where there
            is no training split to compare with.
        macro_f1: 0 to 1.
        surest: on the `COVERAGE` of the faces of which the model is surest.
        calibration_error: ECE over 15 bins, 0 to 1.
        recall: per class, 0 to 1, NaN for a class without faces.
        confusion: int64, (classes, classes), row: label, column: named by the model.
        answered: on the faces whose greatest probability reaches a limit; None without a limit.
    """

    labels: tuple[str, ...]
    accuracy: Accuracy
    without_copies: Accuracy | None
    surest: Accuracy
    macro_f1: float
    calibration_error: float
    recall: metrics.Floats
    confusion: NDArray[np.int64]
    answered: Accuracy | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; null for the recall of a class without faces."""
        return {
            "accuracy": self.accuracy.to_json(),
            "without_copies": self.without_copies.to_json() if self.without_copies else None,
            "surest": self.surest.to_json(),
            "macro_f1": self.macro_f1,
            "calibration_error": self.calibration_error,
            "recall": {
                label: None if math.isnan(recall) else float(recall)
                for label, recall in zip(self.labels, self.recall, strict=True)
            },
            "confusion": self.confusion.tolist(),
            "answered": self.answered.to_json() if self.answered else None,
        }


@dataclass(frozen=True)
class Comparison:
    """One model against the first one, on the same faces.

    Attributes:
        agreement: share of faces that both name alike, 0 to 1.
        difference: accuracy minus the first model's, -1 to 1.
        interval: its 95 % interval.
        mcnemar_p: exact p of McNemar's test.
    """

    agreement: float
    difference: float
    interval: tuple[float, float]
    mcnemar_p: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "agreement": self.agreement,
            "difference": self.difference,
            "interval": list(self.interval),
            "mcnemar_p": self.mcnemar_p,
        }


def score(
    probabilities: NDArray[np.float32],
    split: Split,
    labels: tuple[str, ...],
    copies: NDArray[np.bool_] | None = None,
    abstain_below: float | None = None,
) -> Scores:
    """Score a model's probabilities.

    Args:
        probabilities: (n, classes), for the faces of `split`, in the order of `labels`.
        split: faces and what they are; at least one.
        labels: class names.
        copies: bool, (n,), true for faces that are exact copies of a training face.
        abstain_below: greatest probability, 0 to 1, from which on a face counts as answered.
    """
    predicted = probabilities.argmax(1)
    correct = predicted == split.labels
    certain = metrics.surest(probabilities, COVERAGE)
    answered = None
    if abstain_below is not None:
        sure = probabilities.max(1) >= abstain_below
        answered = Accuracy(int(correct[sure].sum()), int(sure.sum()))
    return Scores(
        labels=labels,
        accuracy=Accuracy(int(correct.sum()), len(correct)),
        without_copies=(
            None if copies is None else Accuracy(int(correct[~copies].sum()), int((~copies).sum()))
        ),
        surest=Accuracy(int(correct[certain].sum()), int(certain.sum())),
        macro_f1=metrics.macro_f1(predicted, split.labels),
        calibration_error=metrics.expected_calibration_error(probabilities, split.labels),
        recall=metrics.per_class_recall(predicted, split.labels, len(labels)),
        confusion=metrics.confusion_matrix(predicted, split.labels, len(labels)),
        answered=answered,
    )


def compare(
    probabilities: NDArray[np.float32], first: NDArray[np.float32], split: Split
) -> Comparison:
    """Compare a model with the first one.

    Args:
        probabilities: (n, classes), of this model.
        first: (n, classes), of the first one, for the same faces.
        split: the faces.
    """
    correct = probabilities.argmax(1) == split.labels
    correct_first = first.argmax(1) == split.labels
    return Comparison(
        agreement=metrics.agreement(probabilities, first),
        difference=float(correct.mean() - correct_first.mean()),
        interval=metrics.paired_difference_interval(correct, correct_first),
        mcnemar_p=metrics.mcnemar(correct, correct_first),
    )
