"""The confusion matrix (figure 6 of the paper): which emotion is taken for which."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def confusion_matrix(
    predicted: NDArray[np.int64], labels: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Count faces by what they are and what the model names them.

    Returns:
        int64, (classes, classes); row: the face's label, column: the model's.
    """
    from sklearn.metrics import confusion_matrix as count

    return np.asarray(count(labels, predicted, labels=np.arange(classes)), dtype=np.int64)


def row_shares(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each row over its sum: 0 to 1; NaN in the row of a class that has no face."""
    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.full(matrix.shape, np.nan)
    np.divide(matrix, totals, out=shares, where=totals > 0)
    return shares


def most_confused(
    matrix: NDArray[np.int64], labels: tuple[str, ...], top: int = 5
) -> list[tuple[str, str, int, float]]:
    """The mistakes that happen most often, as a share of the faces of their class.

    Returns:
        (label, named instead, faces, share of the label's faces), the largest share first; pairs
        that never happen are left out.
    """
    shares = np.nan_to_num(row_shares(matrix))
    np.fill_diagonal(shares, 0)
    order = np.argsort(-shares, axis=None, kind="stable")[:top]
    pairs = [np.unravel_index(place, matrix.shape) for place in order]
    return [
        (labels[row], labels[column], int(matrix[row, column]), float(shares[row, column]))
        for row, column in pairs
        if shares[row, column]
    ]
