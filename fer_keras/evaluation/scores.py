"""All figures of one model on one split, and of one model against another on the same faces.

Each comes with what chance allows. Probabilities are float, (n, classes), rows summing to 1; labels
are integers, (n,); `correct` is bool, (n,), true where a model named the label.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import Split

Bools = NDArray[np.bool_]
Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int64]

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
        return accuracy_interval(self.correct, self.faces) if self.faces else (0.0, 1.0)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "value": None if math.isnan(self.value) else self.value,
            "interval": list(self.interval),
            "correct": self.correct,
            "faces": self.faces,
        }


def accuracy_interval(correct: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of an accuracy (Wilson 1927).

    Args:
        correct: faces named correctly.
        n: faces; 1 or more.

    Returns:
        Its two ends as fractions, 0 to 1.

    Raises:
        ValueError: if there is no face, or more correct ones than there are.
    """
    from scipy.stats import binomtest

    interval = binomtest(correct, n).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)


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
    recall: Floats
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
    certain = surest(probabilities, COVERAGE)
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
        macro_f1=macro_f1(predicted, split.labels),
        calibration_error=expected_calibration_error(probabilities, split.labels),
        recall=per_class_recall(predicted, split.labels, len(labels)),
        confusion=confusion_matrix(predicted, split.labels, len(labels)),
        answered=answered,
    )


def per_class_recall(predicted: Labels, labels: Labels, classes: int) -> Floats:
    """Of the faces of each class, the share that the model names so.

    Returns:
        float64, (classes,); NaN for a class that has no face.
    """
    hits = np.bincount(labels[predicted == labels], minlength=classes)
    faces = np.bincount(labels, minlength=classes)
    return _mean(hits, faces)


def macro_f1(predicted: Labels, labels: Labels) -> float:
    """Mean over the classes of the harmonic mean of precision and recall, 0 to 1.

    A class counts if a face has it or a model names it.
    """
    from sklearn.metrics import f1_score

    return float(f1_score(labels, predicted, average="macro", zero_division=0.0))


def confusion_matrix(predicted: Labels, labels: Labels, classes: int) -> NDArray[np.int64]:
    """Count faces by what they are and what the model names them (figure 6 of the paper).

    Returns:
        int64, (classes, classes); row: the face's label, column: the model's.
    """
    from sklearn.metrics import confusion_matrix as count

    return np.asarray(count(labels, predicted, labels=np.arange(classes)), dtype=np.int64)


@dataclass(frozen=True)
class ConfidenceBins:
    """Faces sorted into equally wide bins by the probability of the class that the model names.

    Attributes:
        edges: float64, (bins + 1,), 0 to 1.
        count: int64, (bins,), faces in each bin.
        confidence: float64, (bins,), mean probability in each; NaN where it is empty.
        accuracy: float64, (bins,), share named correctly in each; NaN where it is empty.
    """

    edges: Floats
    count: NDArray[np.int64]
    confidence: Floats
    accuracy: Floats


def confidence_bins(probabilities: Floats, labels: Labels, bins: int = 15) -> ConfidenceBins:
    """How often the model is right when it is so and so sure: what a reliability diagram draws."""
    confidence = probabilities.max(1).astype(np.float64)
    correct = probabilities.argmax(1) == labels
    # Bins are open below and closed above, as in Guo et al.: 1.0 is in the last one.
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)

    def mean(values: Floats | Bools) -> Floats:
        return _mean(np.bincount(place, weights=values, minlength=bins), count)

    return ConfidenceBins(
        edges=np.linspace(0, 1, bins + 1),
        count=count,
        confidence=mean(confidence),
        accuracy=mean(correct),
    )


def expected_calibration_error(probabilities: Floats, labels: Labels, bins: int = 15) -> float:
    """Mean gap between how sure the model is and how often it is right (Guo et al. 2017).

    Returns:
        0 (what it is sure of by 70 % is right in 70 % of cases) to 1.
    """
    table = confidence_bins(probabilities, labels, bins)
    gaps = np.nan_to_num(np.abs(table.accuracy - table.confidence))
    return float((gaps * table.count).sum() / len(labels))


def surest(probabilities: Floats, coverage: float) -> Bools:
    """The faces of which a model is surest: those that it answers where it may leave out the rest.

    Args:
        probabilities: (n, classes).
        coverage: share of the faces, above 0 to 1; rounded up to a whole face. Faces of the same
            greatest probability are taken in their order.

    Returns:
        bool, (n,): the share of faces with the greatest probabilities of a class (Geifman and
        El-Yaniv, Selective Classification for Deep Neural Networks, NeurIPS 2017).

    >>> surest(np.array([[0.5, 0.5], [0.1, 0.9], [0.8, 0.2]]), 2 / 3)
    array([False,  True,  True])
    """
    # 0.55 * 100 is a trifle more than 55.
    count = math.ceil(coverage * len(probabilities) - 1e-9)
    taken = np.zeros(len(probabilities), bool)
    taken[np.argsort(-probabilities.max(1), kind="stable")[:count]] = True
    return taken


def _mean(sums: NDArray[Any], counts: NDArray[np.int64]) -> Floats:
    means = np.full(len(counts), np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


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
        agreement=agreement(probabilities, first),
        difference=float(correct.mean() - correct_first.mean()),
        interval=paired_difference_interval(correct, correct_first),
        mcnemar_p=mcnemar(correct, correct_first),
    )


def agreement(probabilities_a: Floats, probabilities_b: Floats) -> float:
    """Share of faces that two models name the same way, right or wrong."""
    return float((probabilities_a.argmax(1) == probabilities_b.argmax(1)).mean())


def mcnemar(correct_a: Bools, correct_b: Bools) -> float:
    """McNemar's exact two-sided p: could two equally good models differ this much on these faces?

    Only faces that one model names and the other does not tell them apart; under equal accuracy
    each is a fair coin (McNemar 1947).

    Returns:
        0 to 1; 1 where the models differ on no face.

    Raises:
        ValueError: if the two are not of the same length.
    """
    from scipy.stats import binomtest

    only_a, only_b = _discordant(correct_a, correct_b)
    if only_a + only_b == 0:
        return 1.0
    return float(binomtest(only_a, only_a + only_b, 0.5).pvalue)


def paired_difference_interval(correct_a: Bools, correct_b: Bools) -> tuple[float, float]:
    """95 % interval of accuracy a minus accuracy b, both measured on the same faces.

    Newcombe's hybrid score interval for paired proportions (Statistics in Medicine 17, 1998, method
    10): the Wilson intervals of both, joined by their correlation.

    Returns:
        Its two ends as fractions, -1 to 1.

    Raises:
        ValueError: if the two are empty, or not of the same length.
    """
    only_a, only_b = _discordant(correct_a, correct_b)
    n = len(correct_a)
    right_a, right_b = int(correct_a.sum()), int(correct_b.sum())
    both = right_a - only_a
    neither = n - both - only_a - only_b
    p_a, p_b = right_a / n, right_b / n
    low_a, high_a = accuracy_interval(right_a, n)
    low_b, high_b = accuracy_interval(right_b, n)

    margins = right_a * (n - right_a) * right_b * (n - right_b)
    cross = float(both * neither - only_a * only_b)
    if cross > 0:
        cross = max(cross - n / 2, 0.0)  # the method's continuity correction
    phi = cross / math.sqrt(margins) if margins else 0.0

    def width(of_a: float, of_b: float) -> float:
        return math.sqrt(max(of_a**2 - 2 * phi * of_a * of_b + of_b**2, 0.0))

    difference = p_a - p_b
    return (
        difference - width(p_a - low_a, high_b - p_b),
        difference + width(high_a - p_a, p_b - low_b),
    )


def _discordant(correct_a: Bools, correct_b: Bools) -> tuple[int, int]:
    if correct_a.shape != correct_b.shape:
        raise ValueError(f"{len(correct_a)} and {len(correct_b)} faces: not the same ones")
    return int((correct_a & ~correct_b).sum()), int((correct_b & ~correct_a).sum())
