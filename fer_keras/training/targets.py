"""What the network is asked to say of each face, and how often it is asked about rare classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import Split
from fer_keras.errors import InputError
from fer_keras.training.recipe import Recipe

MANY_VOTES = 5
"""Half of FER+'s annotators."""


def plain_targets(split: Split, classes: int) -> NDArray[np.float32]:
    """The split's own soft targets, or its labels one-hot: float32, (n, classes)."""
    if split.targets is not None:
        return split.targets
    return np.eye(classes, dtype=np.float32)[split.labels]


def training_targets(
    split: Split,
    classes: int,
    recipe: Recipe,
    teacher: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Targets as the recipe mixes them.

    Args:
        split: the training split.
        classes: number of classes.
        recipe: gives label_smoothing, votes_weight, teacher_weight and teacher_view.
        teacher: float32, (n, classes), a teacher's probabilities for the split's faces, or None;
            a teacher that sees every epoch adds its share to each batch instead.

    Returns:
        float32, (n, classes), rows sum to 1.

    Raises:
        InputError: if the recipe asks for votes or a teacher that were not given.
    """
    targets: NDArray[np.floating] = plain_targets(split, classes)
    if recipe.votes_weight:
        if split.votes is None:
            raise InputError(
                "the recipe's votes_weight needs FER+ votes; give `ferplus` fer2013new.csv "
                "or set votes_weight to 0"
            )
        voted = label_given_votes(split.votes, split.labels, classes)
        targets = (1 - recipe.votes_weight) * targets + recipe.votes_weight * voted
    if recipe.teacher_weight and recipe.teacher_view == "plain":
        if teacher is None:
            raise InputError("the recipe's teacher_weight needs a teacher; give `teacher` RUN")
        targets = (1 - recipe.teacher_weight) * targets + recipe.teacher_weight * teacher
    return np.asarray(smoothed(targets, recipe.label_smoothing), dtype=np.float32)


def smoothed(targets: NDArray[np.floating], smoothing: float) -> NDArray[np.floating]:
    """Targets with that share of them spread evenly over the classes."""
    return (1 - smoothing) * targets + smoothing / targets.shape[1]


def label_given_votes(
    votes: NDArray[np.float32], labels: NDArray[np.int64], classes: int
) -> NDArray[np.float32]:
    """P(label | FER+ votes), learned on these faces.

    Annotators of FER+ name neutral more often than FER2013's did, and fear less: their shares as
    targets teach another label than the one that is judged. A logistic regression from votes to
    labels keeps what the votes know of a face and says it in FER2013's terms, without a single
    label's slips.

    Args:
        votes: float32, (n, classes), 0 to 10.
        labels: int64, (n,), the labels that are given to faces so voted for.
        classes: number of classes.

    Returns:
        float32, (n, classes), rows sum to 1.
    """
    from sklearn.linear_model import LogisticRegression

    answer = np.zeros((len(votes), classes), dtype=np.float32)
    present = np.unique(labels)
    if len(present) == 1:
        answer[:, present[0]] = 1.0
        return answer
    evidence = np.hstack([votes, np.log1p(votes), votes > 0, votes >= MANY_VOTES])
    regression = LogisticRegression(max_iter=1000).fit(evidence, labels)
    answer[:, present] = regression.predict_proba(evidence)
    return answer


def drawing_rates(labels: NDArray[np.int64], balance: float) -> NDArray[np.float64]:
    """How often an epoch draws each face, so that rare classes come up more often.

    FER2013 has 436 disgusted training faces and 7,215 happy ones.

    Args:
        labels: int64, (n,).
        balance: 0: every face once; 1: every class equally often; between them, a class with a
            k-th of another's faces comes up k ** (1 - balance) times as seldom (square roots at
            0.5, Mahajan et al. 2018).

    Returns:
        float64, (n,), mean 1.
    """
    rates = np.bincount(labels).astype(np.float64)[labels] ** -balance
    return np.asarray(rates / rates.mean())
