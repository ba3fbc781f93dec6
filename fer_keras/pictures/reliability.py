"""The reliability diagram: is a model right as often as it is sure?"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from fer_keras.evaluation.metrics import confidence_bins, expected_calibration_error


def draw_reliability(
    probabilities: NDArray[np.floating[Any]], labels: NDArray[np.int64], title: str = ""
) -> Figure:
    """Draw accuracy against confidence in 15 bins, and how many faces each bin has.

    Args:
        probabilities: (n, classes), rows summing to 1.
        labels: int64, (n,).
        title: stands over it, before the calibration error.
    """
    bins = confidence_bins(probabilities, labels)
    error = expected_calibration_error(probabilities, labels)
    figure = Figure(figsize=(4.4, 5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    left, width = bins.edges[:-1], np.diff(bins.edges)
    accuracy = np.nan_to_num(bins.accuracy)
    upper.bar(left, accuracy, width, align="edge", color="#4a7fb5", edgecolor="white")
    upper.plot([0, 1], [0, 1], "--", color="#444444", lw=1, label="right as often as sure")
    filled = bins.count > 0
    upper.plot(
        bins.confidence[filled],
        bins.confidence[filled],
        "o",
        color="#d1495b",
        markersize=3,
        label="mean confidence of the bin",
    )
    upper.set_ylabel("accuracy")
    upper.legend(frameon=False, fontsize=8, loc="upper left")
    upper.set_ylim(0, 1)
    upper.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    lower.bar(left, bins.count / len(labels), width, align="edge", color="#9a9a9a", edgecolor="w")
    lower.set_ylabel("share of faces")
    lower.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    lower.set_xlabel("confidence: probability of the class named")
    lower.set_xlim(0, 1)
    lower.xaxis.set_major_formatter(PercentFormatter(xmax=1))
    for axes in (upper, lower):
        axes.spines[["top", "right"]].set_visible(False)
    text = f"calibration error (ECE) {error:.1%}"
    figure.suptitle(f"{title}\n{text}" if title else text, fontsize=10)
    return figure
