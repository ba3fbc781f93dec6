"""FER+ votes as evidence of FER2013's label: P(label | votes), learned on the training split.

Annotators of FER+ name neutral more often than FER2013's did, and fear less: their shares as
targets teach another label than the one that is judged. A logistic regression from votes to labels
keeps what the votes know of a face and says it in FER2013's terms, without a single label's slips.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MANY = 5
"""Half of FER+'s annotators."""


def label_given_votes(
    votes: NDArray[np.float32], labels: NDArray[np.int64], classes: int
) -> NDArray[np.float32]:
    """How likely each label is, given how the annotators voted.

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
    evidence = np.hstack([votes, np.log1p(votes), votes > 0, votes >= MANY])
    regression = LogisticRegression(max_iter=1000).fit(evidence, labels)
    answer[:, present] = regression.predict_proba(evidence)
    return answer
